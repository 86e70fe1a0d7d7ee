import { writeNpz } from './npz'
import { writeOnnx } from './onnx'
import { writeWeights } from './weights'

/** Writers of a network by the ending of the file. */
export const networkWriters = { safetensors: writeWeights, npz: writeNpz, onnx: writeOnnx } as const

export type WrittenFormat = keyof typeof networkWriters
export const writtenFormats = Object.keys(networkWriters) as readonly WrittenFormat[]
