import { elementwise, given } from './elementwise'
import type { Fault, Operation } from './operation'
import { binary, bracketed, part, pythonClass, reservedCall, unary } from './writing'

function domainOfPower(base: number, exponent: number): Fault | null {
  if (base === 0 && exponent < 0) return given('graph.divisionByZero', base)
  return base < 0 && !Number.isInteger(exponent) ? { code: 'graph.powerDomain', details: { found: String(base), wanted: String(exponent) } } : null
}

/** 2x for a symbol, 2 \times 3 for a number. */
const double = (text = ''): string => /^[a-zA-Z]$/.test(text) ? `2 ${text}` : `2 \\times ${bracketed(text)}`

export const pow: Operation = {
  name: 'pow', symbol: 'xⁿ', syntax: { kind: 'operator', sign: '^', rank: 4, arity: 2 }, ordered: true,
  ...elementwise({
    of: (a, b) => a ** b,
    slopes: [
      (a, b) => b === 0 ? 0 : b * a ** (b - 1),
      (a, b, y) => a === 0 && b > 0 ? 0 : y * Math.log(a), // the limit at 0 is 0; NaN below
    ],
    domain: domainOfPower,
  }),
  formula: {
    ...binary, forward: ({ args: [x, y] }) => `${bracketed(x)}^{${y}}`,
    local: [({ args: [x, y] }) => `${y} \\cdot ${bracketed(x)}^{${y} - 1}`, ({ out, args: [x] }) => `${out} \\log ${bracketed(x)}`],
  },
  code: {
    numpy: {
      ...pythonClass('PowLayer', 'pow', `
    def forward(self, x, y):
        self.x, self.y, self.out = x, y, x ** y
        return self.out

    def backward(self, dout):
        x, y = self.x, self.y
        dx = dout * np.where(np.equal(y, 0), 0.0, y * x ** np.where(np.equal(y, 0), 1.0, y - 1))
        dy = dout * self.out * np.log(np.where(np.equal(x, 0), 1.0, x))
        return dx, dy
`),
      ofConstant: pythonClass('Power', 'power', `
    def __init__(self, n):
        self.n = n

    def forward(self, x):
        self.x = x
        return x ** self.n

    def backward(self, dout):
        return dout * self.n * self.x ** (self.n - 1)
`),
    },
    pytorch: { call: '**' },
  },
}

export const square: Operation = {
  name: 'square', symbol: 'x²', syntax: reservedCall(['x'], ['sqr']), inAutograd: 'mul(x, x)',
  ...elementwise({ of: a => a * a, slopes: [a => 2 * a] }),
  formula: { ...unary, forward: ({ args: [x] }) => `${bracketed(x)}^2`, local: [({ args: [x] }) => double(x)] },
  code: {
    numpy: pythonClass('Square', 'square', `
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return dout * 2 * self.x
`),
    pytorch: { call: 'torch.square' },
  },
}

export const sqrt: Operation = {
  name: 'sqrt', symbol: '√', syntax: reservedCall(['x']),
  ...elementwise({ of: Math.sqrt, slopes: [(_a, _b, y) => 1 / (2 * y)], domain: a => a < 0 ? given('graph.sqrtDomain', a) : null }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\sqrt{${x}}`, local: [({ out }) => `\\frac{1}{${double(out)}}`] },
  code: {
    numpy: pythonClass('Sqrt', 'sqrt', `
    def forward(self, x):
        self.out = np.sqrt(x)
        return self.out

    def backward(self, dout):
        return dout / (2 * self.out)
`),
    pytorch: { call: 'torch.sqrt' },
  },
}

/** The last step of an opened sigmoid. */
export const reciprocal: Operation = {
  name: 'reciprocal', symbol: '1/x', syntax: part, inAutograd: 'div(1, x)',
  ...elementwise({ of: a => 1 / a, slopes: [(_a, _b, y) => -y * y], domain: a => a === 0 ? given('graph.divisionByZero', 1) : null }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\frac{1}{${x}}`, local: [({ out }) => `-${bracketed(out)}^2`] },
}
