"""nn/conv"""
