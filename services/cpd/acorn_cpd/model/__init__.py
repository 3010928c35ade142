"""The pure rules of CPD: no Flask, no pymongo, no clock of its own."""
