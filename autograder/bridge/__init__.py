"""Two processes that share objects without trusting each other.

`wire` sends frames over a socket. `codec` turns plain data, and only that, into frames and back, `keras_objects` does
so for models made of Keras's own layers, and `tables` for pandas. An `endpoint` runs operations that the other side
asks for and hands out references to what cannot travel: `learner` is the one in the learner's kernel, and `proxies`
holds the judge's, with what such a reference looks like there.
"""
