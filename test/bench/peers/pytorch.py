"""The same network in idiomatic PyTorch on the CPU."""

import sys

import torch
from torch import nn

from peer import Peer, answer, threads_allowed


class PyTorch(Peer):
    name = 'PyTorch CPU'
    version = torch.__version__

    def __init__(self, folder):
        super().__init__(folder)
        self.images, self.labels = torch.from_numpy(self.x_train), torch.from_numpy(self.t_train)

    def create(self, network):
        sizes = network['layers']
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            affine = nn.Linear(inputs, outputs)
            nn.init.kaiming_normal_(affine.weight, nonlinearity='relu')
            nn.init.zeros_(affine.bias)
            layers += [affine, nn.ReLU()]
        model = nn.Sequential(*layers[:-1])
        optimizer = {'sgd': torch.optim.SGD, 'adam': torch.optim.Adam}[network['optimizer']](model.parameters(), lr=network['learningRate'])
        return model, optimizer, nn.CrossEntropyLoss(), network['batchSize']

    def step(self, model):
        network, optimizer, loss_of, batch_size = model
        chosen = torch.randint(len(self.images), (batch_size,))
        loss = loss_of(network(self.images[chosen]), self.labels[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    @torch.no_grad()
    def probabilities(self, model, x):
        return model[0](torch.from_numpy(x)).numpy()


if __name__ == '__main__':
    torch.manual_seed(1)
    torch.set_num_threads(threads_allowed())
    answer(PyTorch(sys.argv[1]), torch.get_num_threads())
