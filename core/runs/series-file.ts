import { FormatError } from '../errors'
import { evaluatedSplits, type EvaluatedSplit } from '../train/evaluation'
import { crc32 } from '../formats/crc32'
import type { SeriesRecord } from './series-record'

// A series is a file to which records are appended: u32 length of the payload, u8 kind, payload, u32 CRC-32 of all before; little-endian.

/** 'LABSER', 0, and the version */
const magic = Uint8Array.of(0x4c, 0x41, 0x42, 0x53, 0x45, 0x52, 0, 1)
const kinds = { losses: 1, score: 2, json: 3 } as const
const headBytes = 5
const checksumBytes = 4
/** f64 step, f64 epoch, u8 split, u32 images, f64 loss, u32 number of classes */
const scoreBytes = 8 + 8 + 1 + 4 + 8 + 4

/** The beginning of a series without records. */
export const seriesStart = (): Uint8Array<ArrayBuffer> => magic.slice()

/** The bytes of a record, to be appended to a series. */
export function writeSeriesRecord(record: SeriesRecord): Uint8Array<ArrayBuffer> {
  if (record.kind === 'losses') {
    const { firstStep, losses } = record
    return framed(kinds.losses, 12 + 4 * losses.length, (view, at) => {
      view.setFloat64(at, firstStep, true)
      view.setUint32(at + 8, losses.length, true)
      losses.forEach((loss, i) => { view.setFloat32(at + 12 + 4 * i, loss, true) })
    })
  }
  if (record.kind === 'score') {
    const { step, epoch, split, score: { images, loss, correct, counts } } = record
    return framed(kinds.score, scoreBytes + 8 * correct.length, (view, at) => {
      view.setFloat64(at, step, true)
      view.setFloat64(at + 8, epoch, true)
      view.setUint8(at + 16, evaluatedSplits.indexOf(split))
      view.setUint32(at + 17, images, true)
      view.setFloat64(at + 21, loss, true)
      view.setUint32(at + 29, correct.length, true)
      correct.forEach((right, i) => {
        view.setUint32(at + scoreBytes + 8 * i, right, true)
        view.setUint32(at + scoreBytes + 8 * i + 4, counts[i]!, true)
      })
    })
  }
  const text = new TextEncoder().encode(JSON.stringify(record))
  return framed(kinds.json, text.length, ({ buffer }, at) => { new Uint8Array(buffer).set(text, at) })
}

function framed(kind: number, length: number, fill: (view: DataView<ArrayBuffer>, at: number) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headBytes + length + checksumBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, length, true)
  view.setUint8(4, kind)
  fill(view, headBytes)
  view.setUint32(headBytes + length, crc32(bytes.subarray(0, headBytes + length)), true)
  return bytes
}

/** The whole records of a series. */
export interface SeriesContents {
  readonly records: readonly SeriesRecord[]
  /** Bytes up to the end of the last whole record: what follows is torn, or damaged, and is not read */
  readonly length: number
}

/**
 * Reads a series up to its end, or up to the first record that is torn or damaged.
 * @param file its name, for the message
 * @throws FormatError series.foreign, series.version
 */
export function readSeries(bytes: Uint8Array, file: string): SeriesContents {
  if (bytes.length < magic.length || magic.subarray(0, -1).some((byte, i) => byte !== bytes[i])) throw new FormatError('series.foreign', `${file} is no series of a run`, { file })
  const version = bytes[magic.length - 1]!
  if (version !== magic.at(-1)) throw new FormatError('series.version', `${file}: version ${version}`, { file, found: version, wanted: magic.at(-1)! })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: SeriesRecord[] = []
  let at = magic.length
  for (;;) {
    if (bytes.length - at < headBytes + checksumBytes) break
    const length = view.getUint32(at, true)
    const end = at + headBytes + length
    if (end + checksumBytes > bytes.length || view.getUint32(end, true) !== crc32(bytes.subarray(at, end))) break
    const record = readRecord(view.getUint8(at + 4), bytes.subarray(at + headBytes, end))
    if (!record) break
    records.push(record)
    at = end + checksumBytes
  }
  return { records, length: at }
}

/** @returns null for one that the lab does not write */
function readRecord(kind: number, payload: Uint8Array): SeriesRecord | null {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  if (kind === kinds.losses) return readLosses(view)
  if (kind === kinds.score) return readScore(view)
  return kind === kinds.json ? readJson(payload) : null
}

const isStep = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function readLosses(view: DataView): SeriesRecord | null {
  if (view.byteLength < 12) return null
  const [firstStep, count] = [view.getFloat64(0, true), view.getUint32(8, true)]
  if (!isStep(firstStep) || firstStep === 0 || view.byteLength !== 12 + 4 * count) return null
  return { kind: 'losses', firstStep, losses: new Float32Array(view.buffer.slice(view.byteOffset + 12, view.byteOffset + view.byteLength)) } // little-endian, as every engine of the kernels is
}

function readScore(view: DataView): SeriesRecord | null {
  if (view.byteLength < scoreBytes) return null
  const [step, epoch, images, loss, classes] = [view.getFloat64(0, true), view.getFloat64(8, true), view.getUint32(17, true), view.getFloat64(21, true), view.getUint32(29, true)]
  const split: EvaluatedSplit | undefined = evaluatedSplits[view.getUint8(16)]
  if (!split || !isStep(step) || !isStep(epoch) || view.byteLength !== scoreBytes + 8 * classes) return null
  const numbers = (offset: number) => Array.from({ length: classes }, (_, i) => view.getUint32(scoreBytes + 8 * i + offset, true))
  const [correct, counts] = [numbers(0), numbers(4)]
  if (images === 0 || correct.some((right, i) => right > counts[i]!) || counts.reduce((a, b) => a + b, 0) !== images) return null
  return { kind: 'score', step, epoch, split, score: { images, loss, accuracy: correct.reduce((a, b) => a + b, 0) / images, correct, counts } }
}

function readJson(payload: Uint8Array): SeriesRecord | null {
  try {
    const record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as SeriesRecord
    if (record.kind === 'event') return isStep(record.event.step) && typeof record.event.change === 'object' ? record : null
    if (record.kind === 'time') return isStep(record.step) && Number.isFinite(record.seconds) && record.seconds >= 0 ? record : null
    return record.kind === 'diverged' && isStep(record.step) && isStep(record.at) && typeof record.loss === 'string' ? record : null
  }
  catch { return null }
}
