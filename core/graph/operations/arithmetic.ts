import { elementwise, given, sourceOf } from './elementwise'
import type { Operation } from './operation'
import { binary, bracketed, fixed, pythonClass, unary } from './writing'

export const add: Operation = {
  name: 'add', symbol: '+', syntax: { kind: 'operator', sign: '+', rank: 1, arity: 2 },
  ...elementwise({ of: (a, b) => a + b, slopes: [() => 1, () => 1] }),
  formula: { ...binary, forward: ({ args: [x, y] }) => `${x} + ${bracketed(y)}`, local: [fixed('1'), fixed('1')] },
  terms: (args, cell) => [0, 1].map(of => ({ factors: [{ of, cell: sourceOf(args, of, cell) }] })),
  code: {
    numpy: pythonClass('AddLayer', 'add', `
    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout, dout
`),
    pytorch: { call: '+' },
  },
}

export const sub: Operation = {
  name: 'sub', symbol: '−', syntax: { kind: 'operator', sign: '-', rank: 1, arity: 2 }, ordered: true,
  ...elementwise({ of: (a, b) => a - b, slopes: [() => 1, () => -1] }),
  formula: { ...binary, forward: ({ args: [x, y] }) => `${x} - ${bracketed(y)}`, local: [fixed('1'), fixed('-1')] },
  terms: (args, cell) => [
    { factors: [{ of: 0, cell: sourceOf(args, 0, cell) }] },
    { factors: [{ of: 1, cell: sourceOf(args, 1, cell) }], sign: -1 },
  ],
  code: {
    numpy: pythonClass('SubLayer', 'sub', `
    def forward(self, x, y):
        return x - y

    def backward(self, dout):
        return dout, -dout
`),
    pytorch: { call: '-' },
  },
}

export const mul: Operation = {
  name: 'mul', symbol: '×', syntax: { kind: 'operator', sign: '*', rank: 2, arity: 2 },
  ...elementwise({ of: (a, b) => a * b, slopes: [(_, b) => b, a => a] }), // each argument's derivative is the other argument
  formula: {
    ...binary, forward: ({ args: [x, y], times }) => `${bracketed(x)} ${times} ${bracketed(y)}`,
    local: [({ args: [, y] }) => y!, ({ args: [x] }) => x!],
  },
  terms: (args, cell) => [{ factors: [0, 1].map(of => ({ of, cell: sourceOf(args, of, cell) })) }],
  code: {
    numpy: pythonClass('MulLayer', 'mul', `
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x       # each the other one
`),
    pytorch: { call: '*' },
  },
}

export const div: Operation = {
  name: 'div', symbol: '/', syntax: { kind: 'operator', sign: '/', rank: 2, arity: 2 }, ordered: true,
  ...elementwise({
    of: (a, b) => a / b, slopes: [(_, b) => 1 / b, (_, b, y) => -y / b],
    domain: (a, b) => b === 0 ? given('graph.divisionByZero', a) : null,
  }),
  formula: {
    ...binary, forward: ({ args: [x, y] }) => `\\frac{${x}}{${y}}`,
    local: [({ args: [, y] }) => `\\frac{1}{${y}}`, ({ args: [x, y] }) => `-\\frac{${x}}{${bracketed(y)}^2}`],
  },
  code: {
    numpy: pythonClass('DivLayer', 'div', `
    def forward(self, x, y):
        self.y, self.out = y, x / y
        return self.out

    def backward(self, dout):
        return dout / self.y, -dout * self.out / self.y
`),
    pytorch: { call: '/' },
  },
}

export const neg: Operation = {
  name: 'neg', symbol: '×−1', syntax: { kind: 'operator', sign: '-', rank: 3, arity: 1 }, inAutograd: 'mul(-1, x)',
  ...elementwise({ of: a => -a, slopes: [() => -1] }),
  formula: { ...unary, forward: ({ args: [x] }) => `-${bracketed(x)}`, local: [fixed('-1')] },
  code: {
    numpy: pythonClass('NegLayer', 'neg', `
    def forward(self, x):
        return -x

    def backward(self, dout):
        return -dout
`),
    pytorch: { call: '-' },
  },
}
