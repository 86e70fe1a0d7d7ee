"""The same network in NumPy float32, optimized: nothing is allocated per step, labels are class indices, the first
layer's dx is omitted, and mini-batches are slices of one permutation per epoch.
"""

import sys

import numpy as np

from peer import Peer, answer, threads_allowed


class Batch:
    """All buffers for one mini-batch size."""

    def __init__(self, sizes, rows):
        def arrays():
            return [np.empty((rows, size), np.float32) for size in sizes]
        self.x = arrays()  # x[0] holds the images, x[i] the output of layer i
        self.dx = arrays()
        self.mask = [np.empty((rows, size), bool) for size in sizes]
        self.column = np.empty((rows, 1), np.float32)
        self.rows = np.arange(rows)


class Model:
    def __init__(self, layers, batchSize, optimizer, learningRate):
        self.W = [np.random.standard_normal(pair).astype(np.float32) * np.float32(np.sqrt(2 / pair[0])) for pair in zip(layers, layers[1:])]
        self.b = [np.zeros(size, np.float32) for size in layers[1:]]
        self.params = self.W + self.b
        self.grads = [np.empty_like(param) for param in self.params]
        self.dW, self.db = self.grads[:len(self.W)], self.grads[len(self.W):]
        self.scratch = [np.empty_like(param) for param in self.params]
        self.sizes, self.batch_size = layers, batchSize
        self.batch = Batch(layers, batchSize)
        self.rate = np.float32(learningRate)
        self.update = {'sgd': self.sgd, 'adam': self.adam}[optimizer]
        if optimizer == 'adam':
            self.m = [np.zeros_like(param) for param in self.params]
            self.v = [np.zeros_like(param) for param in self.params]
            self.steps = 0
        self.order, self.at = np.empty(0, np.int64), 0
        self.kept = {}  # batches of other sizes, for predictions

    def forward(self, batch):
        """Forward pass; writes the last layer's scores to batch.x[-1]."""
        last = len(self.W) - 1
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            out = batch.x[i + 1]
            np.dot(batch.x[i], W, out=out)
            out += b
            if i < last:
                np.maximum(out, 0, out=out)
        return batch.x[-1]

    def loss(self, batch, t):
        """Replaces the scores by their softmax, in place."""
        y = batch.x[-1]
        np.max(y, axis=1, keepdims=True, out=batch.column)
        y -= batch.column
        right = y[batch.rows, t]
        np.exp(y, out=y)
        np.sum(y, axis=1, keepdims=True, out=batch.column)
        y /= batch.column
        return float(np.mean(np.log(batch.column[:, 0]) - right))

    def backward(self, batch, t):
        d = batch.x[-1]
        d[batch.rows, t] -= 1
        d /= len(t)
        for i in range(len(self.W) - 1, -1, -1):
            np.dot(batch.x[i].T, d, out=self.dW[i])
            np.sum(d, axis=0, out=self.db[i])
            if i == 0:
                return
            np.dot(d, self.W[i].T, out=batch.dx[i])
            np.greater(batch.x[i], 0, out=batch.mask[i])
            np.multiply(batch.dx[i], batch.mask[i], out=batch.dx[i])
            d = batch.dx[i]

    def sgd(self):
        for param, grad in zip(self.params, self.grads):
            grad *= self.rate
            param -= grad

    def adam(self):
        self.steps += 1
        step = self.rate * np.float32(np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps))
        for param, grad, m, v, scratch in zip(self.params, self.grads, self.m, self.v, self.scratch):
            np.subtract(grad, m, out=scratch)
            scratch *= np.float32(0.1)
            m += scratch
            np.multiply(grad, grad, out=grad)
            grad -= v
            grad *= np.float32(0.001)
            v += grad
            np.sqrt(v, out=scratch)
            scratch += np.float32(1e-7)
            np.divide(m, scratch, out=scratch)
            scratch *= step
            param -= scratch


class NumpyTight(Peer):
    name = 'NumPy float32, tight'
    version = np.__version__

    def create(self, network):
        return Model(**network)

    def step(self, model):
        batch, size = model.batch, model.batch_size
        if model.at + size > len(model.order):
            model.order, model.at = np.random.permutation(len(self.x_train)), 0
        chosen = model.order[model.at:model.at + size]
        model.at += size
        np.take(self.x_train, chosen, axis=0, out=batch.x[0], mode='clip')  # 'raise' would use a temporary buffer
        t = self.t_train[chosen]
        model.forward(batch)
        loss = model.loss(batch, t)
        model.backward(batch, t)
        model.update()
        return loss

    def probabilities(self, model, x):
        if len(x) not in model.kept:
            model.kept[len(x)] = Batch(model.sizes, len(x))
        batch = model.kept[len(x)]
        batch.x[0] = x  # not copied, since it is only read
        return model.forward(batch)


if __name__ == '__main__':
    np.random.seed(1)
    answer(NumpyTight(sys.argv[1]), threads_allowed())
