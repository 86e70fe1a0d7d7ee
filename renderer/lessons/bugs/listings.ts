/** A line of a listing. */
export interface CodeLine {
  readonly text: string
  /** Names the answer to a guess at it; left out: it computes nothing, and cannot be guessed */
  readonly key?: LineKey
}

/** The lines that can be wrong, by the listing that they stand in. */
export const lineKeys = {
  affine: ['out', 'dW', 'db', 'dx'],
  relu: ['mask', 'out', 'copy', 'dx'],
  softmaxWithLoss: ['y', 'loss', 'dx', 'return'],
  step: ['t', 'loss', 'backward', 'update', 'chain', 'change'],
} as const
export type ListingKind = keyof typeof lineKeys
export type LineKey = (typeof lineKeys)[ListingKind][number]

/** A line as text; `#@ key` at its end, which is not shown, makes it one that can be guessed. */
const linesOf = (source: string): readonly CodeLine[] => source.split('\n').map((line) => {
  const [text, key] = line.split(/\s*#@ /) as [string, LineKey?]
  return key === undefined ? { text } : { text, key }
})

/** Every layer and the step without a bug, in the style of the book (our own lines). */
export const listings: Readonly<Record<ListingKind, readonly CodeLine[]>> = {
  affine: linesOf(`class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = 0

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b  #@ out

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)  #@ dW
        self.db = np.sum(dout, axis=0)  #@ db
        return np.dot(dout, self.W.T)  #@ dx`),
  relu: linesOf(`class Relu:
    def forward(self, x):
        self.mask = x <= 0  #@ mask
        return np.where(self.mask, 0, x)  #@ out

    def backward(self, dout):
        dx = dout.copy()  #@ copy
        dx[self.mask] = 0  #@ dx
        return dx`),
  softmaxWithLoss: linesOf(`class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)  #@ y
        return cross_entropy_error(self.y, t)  #@ loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) / batch_size  #@ dx
        return dx  #@ return`),
  step: linesOf(`class Trainer:
    def step(self, x, labels):
        t = np.eye(10)[labels]  #@ t
        loss = self.forward(x, t)  #@ loss
        self.backward()  #@ backward
        self.update()  #@ update
        return loss

    def backward(self):
        dout = 1
        for layer in reversed(self.layers):
            dout = layer.backward(dout)  #@ chain

    def update(self):
        for p, dp in self.params():
            p -= self.lr * dp  #@ change`),
}

/** The kind of the listing of a place: 'affine2' → affine. */
export const kindOf = (place: string): ListingKind => place.replace(/\d+$/, '') as ListingKind

/** A wrong line in place of the right one. */
export interface WrongLine {
  readonly right: string
  readonly wrong: string
}

/** The listing of a place with its bug; lines keep their indentation and key. */
export const withBug = (lines: readonly CodeLine[], wrongs: readonly WrongLine[]): readonly CodeLine[] => lines.map((line) => {
  const found = wrongs.find(({ right }) => right === line.text.trim())
  return found ? { ...line, text: line.text.replace(found.right, found.wrong) } : line
})

/** A listing with a line mended. */
export const mendedBy = (lines: readonly CodeLine[], { right, wrong }: WrongLine): readonly CodeLine[] => withBug(lines, [{ right: wrong, wrong: right }])
