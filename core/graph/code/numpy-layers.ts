import type { TypedOperation } from '../types'

/** One layer as a Python class; `name` is also the stem of its variables. */
export interface PythonLayer {
  readonly name: string
  readonly variable: string
  readonly source: string
}

const layer = (name: string, variable: string, body: string): PythonLayer =>
  ({ name, variable, source: `class ${name}:\n${body.replace(/^\n/, '').trimEnd()}` })

/** x is stretched where its shape is smaller than the result's, as in NumPy: its cells were used several times. */
export const sumTo = `def sum_to(dout, x):
    # x was stretched to dout's shape: a cell that was used several times gets the sum
    dout = dout.sum(axis=tuple(range(dout.ndim - np.ndim(x))))
    for axis, n in enumerate(np.shape(x)):
        if n == 1:
            dout = dout.sum(axis=axis, keepdims=True)
    return dout`

/** x^2, where the exponent is a number. */
export const power = layer('Power', 'power', `
    def __init__(self, n):
        self.n = n

    def forward(self, x):
        self.x = x
        return x ** self.n

    def backward(self, dout):
        return dout * self.n * self.x ** (self.n - 1)
`)

/** For matrices, as the book has it. */
export const matrixDot = layer('Dot', 'dot', `
    def forward(self, x, W):
        self.x, self.W = x, W
        return np.dot(x, W)                       # (N,D) (D,M) -> (N,M)

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)               # (N,M) (M,D)
        dW = np.dot(self.x.T, dout)               # (D,N) (N,M)
        return dx, dW
`)
export const matrixAffine = layer('Affine', 'affine', `
    def forward(self, x, W, b):
        self.x, self.W = x, W
        return np.dot(x, W) + b                   # (N,D) (D,M) -> (N,M)

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)               # (N,M) (M,D)
        dW = np.dot(self.x.T, dout)               # (D,N) (N,M)
        db = np.sum(dout, axis=0)                 # b was used by every row
        return dx, dW, db
`)

export const numpyLayers: Readonly<Record<TypedOperation, PythonLayer>> = {
  add: layer('AddLayer', 'add', `
    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout, dout
`),
  sub: layer('SubLayer', 'sub', `
    def forward(self, x, y):
        return x - y

    def backward(self, dout):
        return dout, -dout
`),
  mul: layer('MulLayer', 'mul', `
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x       # each the other one
`),
  div: layer('DivLayer', 'div', `
    def forward(self, x, y):
        self.y, self.out = y, x / y
        return self.out

    def backward(self, dout):
        return dout / self.y, -dout * self.out / self.y
`),
  pow: layer('PowLayer', 'pow', `
    def forward(self, x, y):
        self.x, self.y, self.out = x, y, x ** y
        return self.out

    def backward(self, dout):
        x, y = self.x, self.y
        dx = dout * np.where(np.equal(y, 0), 0.0, y * x ** np.where(np.equal(y, 0), 1.0, y - 1))
        dy = dout * self.out * np.log(np.where(np.equal(x, 0), 1.0, x))
        return dx, dy
`),
  neg: layer('NegLayer', 'neg', `
    def forward(self, x):
        return -x

    def backward(self, dout):
        return -dout
`),
  exp: layer('Exp', 'exp', `
    def forward(self, x):
        self.out = np.exp(x)
        return self.out

    def backward(self, dout):
        return dout * self.out
`),
  log: layer('Log', 'log', `
    def forward(self, x):
        self.x = x
        return np.log(x)

    def backward(self, dout):
        return dout / self.x
`),
  relu: layer('Relu', 'relu', `
    def forward(self, x):
        self.mask = np.less_equal(x, 0)           # where it is off
        return np.where(self.mask, 0.0, x)

    def backward(self, dout):
        return np.where(self.mask, 0.0, dout)
`),
  sigmoid: layer('Sigmoid', 'sigmoid', `
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1.0 - self.out)
`),
  tanh: layer('Tanh', 'tanh', `
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out ** 2)
`),
  max: layer('Max', 'max', `
    def forward(self, x, y):
        self.share = np.where(np.greater(x, y), 1.0, np.where(np.equal(x, y), 0.5, 0.0))
        return np.maximum(x, y)

    def backward(self, dout):
        return dout * self.share, dout * (1.0 - self.share)
`),
  sqrt: layer('Sqrt', 'sqrt', `
    def forward(self, x):
        self.out = np.sqrt(x)
        return self.out

    def backward(self, dout):
        return dout / (2 * self.out)
`),
  square: layer('Square', 'square', `
    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, dout):
        return dout * 2 * self.x
`),
  dot: layer('Dot', 'dot', `
    def forward(self, x, W):
        self.x_shape, self.W_shape = x.shape, W.shape
        rows = () if x.ndim == 1 else x.shape[:1]
        self.x = x.reshape(1 if x.ndim == 1 else x.shape[0], -1)    # (N,D)
        self.W = W.reshape(W.shape[0], -1)                          # (D,M)
        return np.dot(self.x, self.W).reshape(rows + W.shape[1:])

    def backward(self, dout):
        dout = np.reshape(dout, (len(self.x), -1))                  # (N,M)
        dx = np.dot(dout, self.W.T).reshape(self.x_shape)
        dW = np.dot(self.x.T, dout).reshape(self.W_shape)
        return dx, dW
`),
  sum: layer('Sum', 'sum', `
    def forward(self, x):
        self.shape = np.shape(x)
        return np.sum(x)

    def backward(self, dout):
        return np.full(self.shape, dout)
`),
  softmax: layer('Softmax', 'softmax', `
    def forward(self, x):
        exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))       # no overflow
        self.out = exp_x / np.sum(exp_x, axis=-1, keepdims=True)
        return self.out

    def backward(self, dout):
        return self.out * (dout - np.sum(self.out * dout, axis=-1, keepdims=True))
`),
  affine: layer('Affine', 'affine', `
    def forward(self, x, W, b):
        self.x_shape, self.W = x.shape, W
        rows = () if x.ndim == 1 else x.shape[:1]
        self.x = x.reshape(1 if x.ndim == 1 else x.shape[0], -1)    # (N,D)
        return (np.dot(self.x, W) + b).reshape(rows + b.shape)

    def backward(self, dout):
        dout = dout.reshape(len(self.x), -1)                        # (N,M)
        dx = np.dot(dout, self.W.T).reshape(self.x_shape)
        dW = np.dot(self.x.T, dout)
        db = np.sum(dout, axis=0)                                   # b was used by every row
        return dx, dW, db
`),
  softmaxWithLoss: layer('SoftmaxWithLoss', 'softmax_loss', `
    def forward(self, x, t):
        x = x - np.max(x, axis=-1, keepdims=True)                   # no overflow
        self.log_y = x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))
        self.t = t
        self.batch_size = len(x) if x.ndim > 1 else 1
        return -np.sum(t * self.log_y) / self.batch_size

    def backward(self, dout):
        y = np.exp(self.log_y)
        dx = dout * (y * np.sum(self.t, axis=-1, keepdims=True) - self.t) / self.batch_size    # y - t
        dt = -dout * self.log_y / self.batch_size
        return dx, dt
`),
  identityWithLoss: layer('IdentityWithLoss', 'identity_loss', `
    def forward(self, y, t):
        self.difference = y - t
        self.batch_size = len(y) if np.ndim(y) > 1 else 1
        return 0.5 * np.sum(self.difference ** 2) / self.batch_size

    def backward(self, dout):
        dy = dout * self.difference / self.batch_size
        return dy, -dy
`),
}
