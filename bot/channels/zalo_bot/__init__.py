"""Zalo Bot: the free bots that carry a village. Facts, with how sure each is: the reference page on the Zalo Bot
Platform (https://docs.zaloplatforms.com/docs/BOT). Where measurements of the live API disagree, both are survived."""
