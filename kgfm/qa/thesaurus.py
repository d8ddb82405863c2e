"""Words that say the same of people, places and works, though neither their letters nor vectors show it.

One group a line, as lemmas. A word may stand in several groups; groups do not chain.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Final

from kgfm.qa.words import stem

_GROUPS: Final = """
marry marriage wed wedding wife husband spouse bride groom widow widower
die death dead kill killed perish lose pass
bear birth birthplace native birthday bear
bury burial grave tomb lie rest cemetery
write author publish book writer pen compose text
compose composer music score
discover discovery discoverer find finding detect identify isolate
invent inventor invention devise design create develop
found founder foundation establish establishment create set start launch endow
lead leader head chief direct director run chair preside
chair chairman chairwoman preside president
direct director film direction filmmaker
design architect build building construct plan
win winner receive recipient award get laureate earn obtain bestow go honour honor
succeed successor follow replace inherit take
precede predecessor before
teach teacher taught instruct tutor professor lecture
supervise supervisor advisor adviser guide mentor direct doctoral
study student attend enter enrol enroll school educate education college university pupil read learn
doctorate thesis doctoral dissertation degree graduate phd
examine examiner examination committee
work employ employee employer job post position staff join serve
join enter become member staff
live reside residence home house dwell settle move
travel go journey visit arrive come reach voyage sail
name call know dub term title christen
announce report publish present declare reveal
propose suggest idea introduce put
formulate state law theory propose
show prove demonstrate confirm establish
hold take place host occur happen meet
locate lie stand situate place
hide shelter conceal protect
produce make manufacture obtain yield
obtain get gain extract isolate acquire receive
give present donate hand grant gift
send dispatch imprison sentence
salary pay wage earn income stipend
child son daughter kid
parent father mother
brother sister sibling
friend companion colleague
emigrate flee leave escape exile
begin start open inaugurate commence
end close finish complete
own owner possess belong property
play perform act actor star role
sing singer vocalist perform song
album record song release single
movie film picture
country nation state
capital seat
city town place
village town place
street road rue avenue
carve engrave inscribe
dedicate inscribe dedication
liquefy liquid
prison jail gaol
measure determine
elect choose vote appoint
appoint name become
resign leave step
defeat beat win
fight war battle
attack assault
capture take seize
religion faith church
language speak tongue
inspire influence model
first original earliest
last final latest
""".strip()


@cache
def _groups() -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_GROUPS.splitlines()):
        for word in line.split():
            found[stem(word)].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def share_a_group(one: str, other: str) -> bool:
    """Whether two stems stand in one group."""
    return not _groups().get(one, frozenset()).isdisjoint(_groups().get(other, frozenset()))
