"""The network as "Deep Learning from Scratch" writes it (5.7, 6.1), in float32 or float64.

The layers are the book's, to the letter: every one makes new arrays, labels are one-hot, the first layer's dx is
computed though nobody needs it. Only the number of layers is open, and weights begin at He's scale.
"""

import sys
from collections import OrderedDict

import numpy as np

from peer import Peer, answer, threads_allowed


class Relu:
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx


def softmax(x):
    x = x.T
    x = x - np.max(x, axis=0)
    y = np.exp(x) / np.sum(np.exp(x), axis=0)
    return y.T


def cross_entropy_error(y, t):
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) / batch_size
        return dx


class SGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        for key in params.keys():
            params[key] -= self.lr * grads[key]


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999):
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.iter = 0
        self.m = None
        self.v = None

    def update(self, params, grads):
        if self.m is None:
            self.m, self.v = {}, {}
            for key, val in params.items():
                self.m[key] = np.zeros_like(val)
                self.v[key] = np.zeros_like(val)
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2**self.iter) / (1.0 - self.beta1**self.iter)
        lr_t = params['W1'].dtype.type(lr_t)  # otherwise it would promote float32 arrays to float64
        for key in params.keys():
            self.m[key] += (1 - self.beta1) * (grads[key] - self.m[key])
            self.v[key] += (1 - self.beta2) * (grads[key]**2 - self.v[key])
            params[key] -= lr_t * self.m[key] / (np.sqrt(self.v[key]) + 1e-7)


class Network:
    """The book's TwoLayerNet with any number of layers."""

    def __init__(self, sizes, precision):
        self.params = {}
        for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:]), 1):
            self.params[f'W{i}'] = (np.sqrt(2 / inputs) * np.random.randn(inputs, outputs)).astype(precision)
            self.params[f'b{i}'] = np.zeros(outputs, precision)
        self.layers = OrderedDict()
        for i in range(1, len(sizes)):
            self.layers[f'Affine{i}'] = Affine(self.params[f'W{i}'], self.params[f'b{i}'])
            if i < len(sizes) - 1:
                self.layers[f'Relu{i}'] = Relu()
        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        y = self.predict(x)
        return self.lastLayer.forward(y, t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.lastLayer.backward(1)
        layers = list(self.layers.values())
        layers.reverse()
        for layer in layers:
            dout = layer.backward(dout)
        grads = {}
        for name, layer in self.layers.items():
            if name.startswith('Affine'):
                grads[f'W{name[6:]}'] = layer.dW
                grads[f'b{name[6:]}'] = layer.db
        return grads


class NumpyBook(Peer):
    version = np.__version__
    loss_again = True

    def __init__(self, folder, precision):
        super().__init__(folder, precision)
        self.name = f'NumPy {precision}, as the book'
        self.precision = precision
        self.onehot_train = np.eye(10, dtype=precision)[self.t_train]

    def create(self, network):
        optimizer = {'sgd': SGD, 'adam': Adam}[network['optimizer']](network['learningRate'])
        return Network(network['layers'], self.precision), optimizer, network['batchSize']

    def step(self, model):
        network, optimizer, batch_size = model
        batch_mask = np.random.choice(len(self.x_train), batch_size)
        self.x_batch = self.x_train[batch_mask]
        self.t_batch = self.onehot_train[batch_mask]
        grad = network.gradient(self.x_batch, self.t_batch)
        optimizer.update(network.params, grad)
        return network.lastLayer.loss

    def again(self, model):
        return model[0].loss(self.x_batch, self.t_batch)

    def probabilities(self, model, x):
        return model[0].predict(x)


if __name__ == '__main__':
    np.random.seed(1)
    answer(NumpyBook(*sys.argv[1:3]), threads_allowed())
