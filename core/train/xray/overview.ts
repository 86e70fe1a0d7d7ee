import type { BlockDefinition } from '../../layers/definition'
import { type Numbers, originOf, partsOf, sizesOf, type XrayPart } from './parts'
import type { XraySource } from './source'

/** A tensor in small. */
export interface XrayTensor {
  readonly part: string
  readonly flow: 'forward' | 'backward'
  /** Null if it was not computed: nothing before the first layer needs its dx */
  readonly numbers: {
    readonly shape: readonly number[]
    readonly rows: number
    readonly columns: number
    /** √Σx² of the finite numbers */
    readonly norm: number
    /** Count of NaN and ±∞ */
    readonly nonFinite: number
    /** The cell of the largest magnitude; the first that is not finite, if there is one */
    readonly largest: { readonly row: number, readonly column: number }
    /** Magnitude of the largest finite number */
    readonly absMax: number
    readonly picture: TensorPicture
  } | null
  /** Whether a cell of it can be written as a sum */
  readonly hasSum: boolean
}

/** A tensor as a picture of at most 40 × 80 cells. Each cell covers a block of elements and shows the one of largest magnitude. */
export interface TensorPicture {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array
}

export interface XrayBlock {
  readonly name: string
  readonly kind: string
  readonly tensors: readonly XrayTensor[]
}

const pictureRows = 40
const pictureColumns = 80

/** All blocks of a step with their tensors in small. */
export const xrayBlocks = (source: XraySource): readonly XrayBlock[] => source.model.layers.map((_, at) => xrayBlock(source, at))

/** A block of a step with those of its tensors that a view shows. */
export function xrayBlock(source: XraySource, at: number, isShown: (part: XrayPart) => boolean = () => true): XrayBlock {
  const { name, kind } = source.model.layers[at]!
  const tensors = partsOf(source, at).filter(isShown).map(({ part, flow, tensor }): XrayTensor => {
    const [origin, made] = originOf(source, at, part)
    const definition: BlockDefinition = source.model.definitions[origin]!
    return { part, flow, numbers: tensor && inSmall(tensor), hasSum: tensor !== null && definition.cells?.[made] !== undefined }
  })
  return { name, kind, tensors }
}

function inSmall(tensor: Numbers): NonNullable<XrayTensor['numbers']> {
  const { rows, columns } = sizesOf(tensor)
  const { data, shape } = tensor
  const [height, width] = [Math.min(rows, pictureRows), Math.min(columns, pictureColumns)]
  const picture = new Float32Array(height * width)
  const binOf = Uint16Array.from({ length: columns }, (_, column) => Math.floor(column * width / columns))
  let [squares, nonFinite, largest, absMax] = [0, 0, -1, 0]
  for (let row = 0, i = 0; row < rows; row++) {
    const line = Math.floor(row * height / rows) * width
    for (let column = 0; column < columns; column++, i++) {
      const x = data[i]!
      const bin = line + binOf[column]!
      if (x - x !== 0) {
        if (nonFinite++ === 0) largest = i
        picture[bin] = x
        continue
      }
      const size = Math.abs(x)
      squares += x * x
      if (size > absMax || largest < 0) {
        if (nonFinite === 0) largest = i
        absMax = size
      }
      if (size > Math.abs(picture[bin]!)) picture[bin] = x // false where the picture shows NaN or ±∞
    }
  }
  return {
    shape, rows, columns, norm: Math.sqrt(squares), nonFinite, absMax,
    largest: { row: Math.floor(largest / columns), column: largest % columns },
    picture: { rows: height, columns: width, data: picture },
  }
}
