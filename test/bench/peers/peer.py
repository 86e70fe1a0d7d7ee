"""Shared by all Python peers of the bench: MNIST, timed bursts, and the protocol of the bench.

The bench starts a peer as `python3 numpy_book.py FOLDER [PRECISION]` and sends it one JSON request per line:

    {"work": "train", "network": {"layers": [784, 50, 10], "batchSize": 100, "optimizer": "sgd", "learningRate": 0.1}, "seconds": 0.25}

A peer answers each with one line, `{"count": 26400, "steps": 264, "seconds": 0.2504, "cpu": 0.2502, "loss": 0.31}`: the
amount of work with its wall-clock and CPU time. Environment variables set the number of threads.
"""

import ctypes
import gzip
import json
import os
import sys
import time

import numpy as np


def read_idx(folder, name, header):
    """One of MNIST's four files, plain or gzip, without its header."""
    path = os.path.join(folder, name)
    opened = open(path, 'rb') if os.path.exists(path) else gzip.open(path + '.gz')
    with opened as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load_mnist(folder, precision):
    """(x_train, t_train), (x_test, t_test): one image a row, 0 to 1, and class indices."""
    def split(name):
        images = read_idx(folder, f'{name}-images-idx3-ubyte', 16).reshape(-1, 784)
        labels = read_idx(folder, f'{name}-labels-idx1-ubyte', 8)
        return images.astype(precision) / np.dtype(precision).type(255), labels.astype(np.int64)
    return split('train'), split('t10k')


def blas_kernel():
    """The kernels that OpenBLAS chose for this machine, None where another BLAS is at work."""
    with open('/proc/self/maps') as maps:
        paths = {line.split()[-1] for line in maps if 'blas' in line}
    for path in sorted(paths, key=lambda path: 'openblas' not in path):
        try:
            name = ctypes.CDLL(path).openblas_get_corename
        except (AttributeError, OSError):
            continue
        name.restype = ctypes.c_char_p
        return name().decode()
    return None


class Watch:
    """Runs from when it is made; knows when the time is up."""

    def __init__(self, seconds=0.0):
        self.cpu = time.process_time()
        self.start = self.now = time.perf_counter()
        self.end = self.start + seconds

    def up(self):
        self.now = time.perf_counter()
        return self.now >= self.end

    def read(self):
        return {'seconds': time.perf_counter() - self.start, 'cpu': time.process_time() - self.cpu}


class Peer:
    """
    A peer inherits from this and defines

    create(network)       weights of He's scale, an optimizer
    step(model)           one mini-batch, at random; the loss from before the update
    probabilities(model, x)  or anything whose largest number is the answer
    """

    name = ''
    version = ''
    # The book computes the loss once more after each update, for its list of losses.
    loss_again = False

    def __init__(self, folder, precision='float32'):
        (self.x_train, self.t_train), (self.x_test, self.t_test) = load_mnist(folder, precision)
        self.models = {}

    def again(self, model):
        """The latest mini-batch's loss after the update, where `loss_again` is set."""

    def model(self, network):
        key = json.dumps(network, sort_keys=True)
        if key not in self.models:
            self.models[key] = self.create(network)
        return self.models[key]

    def accuracy(self, model, x, t):
        return float(np.mean(np.argmax(self.probabilities(model, x), axis=1) == t))

    def train(self, network, seconds, steps=1):
        """Learns for some time, and at least some steps."""
        model, losses = self.model(network), []
        watch = Watch(seconds)
        while not watch.up() or len(losses) < steps:
            losses.append(self.step(model))
        done = len(losses)
        return {'count': done * network['batchSize'], 'steps': done, **watch.read(), 'loss': float(np.mean(losses[-10:]))}

    def predict(self, network, seconds):
        """One image after the other."""
        model, done = self.model(network), 0
        watch = Watch(seconds)
        while not watch.up():
            np.argmax(self.probabilities(model, self.x_test[done % 10_000][None]))
            done += 1
        return {'count': done, 'steps': done, **watch.read()}

    def evaluate(self, network, seconds):
        """The whole test set, as often as it takes."""
        model, done = self.model(network), 0
        watch = Watch(seconds)
        while not watch.up() or done == 0:
            accuracy = self.accuracy(model, self.x_test, self.t_test)
            done += 1
        return {'count': done * len(self.x_test), 'steps': done, **watch.read(), 'accuracy': accuracy}

    def loop(self, network, iterations):
        """The book's whole loop, from new weights: the accuracy on all images at the beginning of every epoch."""
        model = self.create(network)
        an_epoch = max(len(self.x_train) // network['batchSize'], 1)
        watch, losses = Watch(), []
        for i in range(iterations):
            loss = self.step(model)
            losses.append(self.again(model) if self.loss_again else loss)
            if i % an_epoch == 0:
                self.accuracy(model, self.x_train, self.t_train)
                accuracy = self.accuracy(model, self.x_test, self.t_test)
        return {'count': iterations * network['batchSize'], 'steps': iterations, **watch.read(), 'loss': float(np.mean(losses[-100:])), 'accuracy': accuracy}


def answer(peer, threads):
    """Takes requests until the bench closes its end."""
    def say(line):
        print(json.dumps(line), flush=True)
    say({'name': peer.name, 'version': peer.version, 'kernel': blas_kernel(), 'threads': threads})
    for line in sys.stdin:
        request = json.loads(line)
        say(getattr(peer, request.pop('work'))(**request))


def threads_allowed():
    return int(os.environ.get('OMP_NUM_THREADS') or os.cpu_count())
