import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, directoryOf, LabError, localHeader, Random, readRunRecord, type ZipEntry, writeCheckpoint, writeRunRecord } from '@core'
import { exportRun, importRun, readRun, stateSha256 } from '@files'
import { beforeEach, describe, expect, test } from 'vitest'
import { checkpointIn, configOf, dataset } from '../../../fixtures/training'
import { Trainer } from '@core'
import { bytesAt, idOf, ownFolderOfTest, recorded, recordWith, storeIn } from './folder'

const folder = ownFolderOfTest()
const pathOf = (name = 'a.labrun') => join(folder.own, name)
const elsewhere = () => join(folder.own, 'elsewhere', 'runs')
const namesIn = (path: string): readonly string[] => existsSync(path) ? readdirSync(path).sort() : []
const code = (work: Promise<unknown>): Promise<string> => work.then(() => 'it was accepted', (cause: LabError) => cause instanceof LabError ? cause.code : String(cause))

type Part = readonly [name: string, bytes: Uint8Array | string]
const bytesOf = (part: Uint8Array | string): Uint8Array => typeof part === 'string' ? new TextEncoder().encode(part) : part
/** A file of these parts, as the lab would write it. @param bend changes an entry before its headers are written */
function fileOf(parts: readonly Part[], bend: (entry: ZipEntry) => ZipEntry = entry => entry): Uint8Array {
  const all = parts.map(([name, part]) => ({ entry: bend({ name, size: bytesOf(part).length, crc32: crc32(bytesOf(part)) }), bytes: bytesOf(part) }))
  return Uint8Array.from([...all.flatMap(({ entry, bytes }) => [localHeader(entry), bytes]), directoryOf(all.map(({ entry }) => entry))].flatMap(bytes => [...bytes]))
}
const goodParts = (): Part[] => {
  const run = join(folder.runs, idOf(1))
  return [['run.json', readFileSync(join(run, 'run.json'))], ['series.bin', readFileSync(join(run, 'series.bin'))], ...[0, 3, 6].map(step => [`checkpoints/${step}.safetensors`, readFileSync(join(run, 'checkpoints', `${step}.safetensors`))] as const)]
}
/** Tries to import bytes into an empty folder. @returns the code, and that nothing was added is certain */
async function tried(bytes: Uint8Array): Promise<string> {
  writeFileSync(pathOf('tried.labrun'), bytes)
  const found = await code(importRun(pathOf('tried.labrun'), elsewhere(), 'tried.labrun'))
  if (found !== 'it was accepted') expect(namesIn(elsewhere())).toEqual([])
  return found
}

beforeEach(async () => { await recorded(storeIn(folder.runs).store, { more: { note: 'dies', pinned: true, bookmarks: [{ step: 3, note: 'here' }] } }) })
const exported = () => exportRun(join(folder.runs, idOf(1)), pathOf())

describe('a run as one file', () => {
  test('is, byte for byte, a stored zip of known names, which another program reads', async () => {
    await exported()
    expect([...readFileSync(pathOf())]).toEqual([...fileOf(goodParts())])
    const listed = execFileSync('python3', ['-c', 'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),[(i.filename,i.compress_type,i.file_size) for i in z.infolist()])', pathOf()], { encoding: 'utf8' })
    expect(listed.trim()).toBe(`None [${goodParts().map(([name, part]) => `('${name}', 0, ${bytesOf(part).length})`).join(', ')}]`)
  })

  test('opens elsewhere as the same run, with the same states and the same id', async () => {
    await exported()
    expect(await importRun(pathOf(), elsewhere())).toEqual({ id: idOf(1), known: false })
    const [here, there] = await Promise.all([folder.runs, elsewhere()].map(runs => readRun(join(runs, idOf(1)))))
    expect(there).toEqual(here)
    for (const step of [0, 3, 6]) {
      const [a, b] = await Promise.all([folder.runs, elsewhere()].map(runs => storeIn(runs).store.checkpointAt(idOf(1), step)))
      expect(stateSha256(b!.snapshot)).toBe(stateSha256(a!.snapshot))
    }
  })

  test('opened twice is one run; changed meanwhile, it is a second one, once', async () => {
    await exported()
    expect(await importRun(pathOf(), folder.runs)).toEqual({ id: idOf(1), known: true })
    const { writer } = await storeIn(folder.runs).store.open(idOf(1))
    await writer.update({ name: 'Renamed' })
    await writer.close()
    const { id, known } = await importRun(pathOf(), folder.runs)
    expect([known, id]).toEqual([false, expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(id).not.toBe(idOf(1))
    expect(await importRun(pathOf(), folder.runs)).toEqual({ id, known: true })
    const list = await storeIn(folder.runs).store.list()
    expect(list.map(({ id, name, note }) => [id, name, note]).sort()).toEqual([[idOf(1), 'Renamed', 'dies'], [id, 'First', 'dies']].sort())
    await exportRun(join(folder.runs, id), pathOf('b.labrun'))
    expect([...readFileSync(pathOf('b.labrun'))]).toEqual([...readFileSync(pathOf())])
  })

  test('leaves out what is damaged, and can then be opened', async () => {
    const run = join(folder.runs, idOf(1))
    appendFileSync(join(run, 'series.bin'), Uint8Array.of(9, 9, 9))
    writeFileSync(join(run, 'checkpoints', '3.safetensors'), 'scribble')
    writeFileSync(join(run, 'run.json'), 'scribble')
    await exported()
    expect(await importRun(pathOf(), elsewhere())).toEqual({ id: idOf(1), known: false })
    const { record, series, checkpoints, problem } = await readRun(join(elsewhere(), idOf(1)))
    expect([record.firstStep, series.lastStep, checkpoints.map(({ step }) => step), problem]).toEqual([0, 8, [0, 6], null])
  })

  test('of a run without a sound checkpoint, or onto a folder, is refused, and an earlier file stays', async () => {
    writeFileSync(pathOf(), 'earlier')
    rmSync(join(folder.runs, idOf(1), 'checkpoints'), { recursive: true })
    expect(await code(exported())).toBe('run.noCheckpoint')
    expect(readFileSync(pathOf(), 'utf8')).toBe('earlier')
    mkdirSync(pathOf('folder'))
    expect(await code(exportRun(join(folder.runs, idOf(1)), pathOf('folder')))).toBe('file.isFolder')
    expect(namesIn(folder.own).filter(name => name.startsWith('.lab-'))).toEqual([])
  })
})

describe('a file that is none of the lab’s', () => {
  const with2 = (...more: readonly Part[]) => fileOf([...goodParts(), ...more])
  test.each<[string, string, () => Uint8Array]>([
    ['with a foreign name', 'labrun.name', () => with2(['notes.txt', 'x'])],
    ['with a way out of the folder', 'labrun.name', () => with2(['../run.json', 'x'])],
    ['with a way out through the checkpoints', 'labrun.name', () => with2(['checkpoints/../../5.safetensors', 'x'])],
    ['with an absolute name', 'labrun.name', () => with2(['/etc/passwd', 'x'])],
    ['with a drive', 'labrun.name', () => with2(['C:\\run.json', 'x'])],
    ['with a backslash', 'labrun.name', () => with2(['checkpoints\\5.safetensors', 'x'])],
    ['with a folder', 'labrun.name', () => with2(['checkpoints/', ''])],
    ['with a name that ends in another', 'labrun.name', () => with2(['checkpoints/5.safetensors\0.exe', 'x'])],
    ['with a step that is written otherwise', 'labrun.name', () => with2(['checkpoints/05.safetensors', 'x'])],
    ['with a lock', 'labrun.name', () => with2(['lock-00000000', '{}'])],
    ['with a name twice', 'labrun.duplicate', () => with2(['run.json', '{}'])],
    ['without a record', 'labrun.missing', () => fileOf(goodParts().slice(1))],
    ['without curves', 'labrun.missing', () => fileOf(goodParts().filter(([name]) => name !== 'series.bin'))],
    ['without checkpoints', 'labrun.missing', () => fileOf(goodParts().slice(0, 2))],
    ['with a size that promises more', 'labrun.size', () => fileOf(goodParts(), entry => entry.name === 'run.json' ? { ...entry, size: 2 ** 31 } : entry)],
    ['with a size that promises less', 'labrun.damaged', () => fileOf(goodParts(), entry => entry.name === 'run.json' ? { ...entry, size: 10 } : entry)],
    ['with another checksum', 'labrun.damaged', () => fileOf(goodParts(), entry => entry.name === 'series.bin' ? { ...entry, crc32: 5 } : entry)],
    ['with nothing in it', 'labrun.missing', () => Uint8Array.from([...localHeader({ name: 'run.json', size: 0, crc32: 0 }), ...directoryOf([])])],
    ['of another kind', 'labrun.foreign', () => new TextEncoder().encode('{"kind":"backprop-lab-run"}')],
    ['of no bytes', 'labrun.foreign', () => new Uint8Array()],
  ])('%s is refused with %s', async (_, wanted, bytes) => {
    // a directory that begins elsewhere than its size says is refused before its names are read
    expect([wanted, 'labrun.cut']).toContain(await tried(bytes()))
  })

  /** Changes 16 or 32 bits of an entry of the directory. */
  function bent(part: number, at: number, value: number, size: 2 | 4): Uint8Array {
    const bytes = fileOf(goodParts())
    const view = new DataView(bytes.buffer)
    let place = view.getUint32(bytes.length - 6, true)
    for (let i = 0; i < part; i++) place += 46 + view.getUint16(place + 28, true)
    if (size === 2) view.setUint16(place + at, value, true)
    else view.setUint32(place + at, value, true)
    return bytes
  }
  test.each<[string, string, () => Uint8Array]>([
    ['a symbolic link', 'labrun.link', () => bent(1, 38, (0o120777 << 16) >>> 0, 4)],
    ['a compressed entry', 'labrun.compressed', () => bent(1, 10, 8, 2)],
    ['a bomb: few bytes that become many', 'labrun.size', () => bent(2, 24, 2 ** 31, 4)],
    ['an entry that lies on another', 'labrun.size', () => bent(2, 42, 0, 4)],
    ['an encrypted entry', 'labrun.damaged', () => bent(1, 8, 1, 2)],
    ['a comment', 'labrun.damaged', () => bent(1, 32, 5, 2)],
  ])('with %s is refused with %s', async (_, wanted, bytes) => {
    expect(await tried(bytes())).toBe(wanted)
  })

  test('with a checkpoint of another step, of another network or of another dataset is refused by its name', async () => {
    const parts = goodParts()
    const at3 = (bytes: Uint8Array) => parts.map(part => part[0] === 'checkpoints/3.safetensors' ? [part[0], bytes] as const : part)
    const other = new Trainer(configOf('affine 4, relu, affine 6'), dataset)
    for (let i = 0; i < 3; i++) other.learn()
    const checkpoint = checkpointIn(other)
    for (const bytes of [bytesAt(6), writeCheckpoint(checkpoint), writeCheckpoint({ ...checkpoint, dataset: { ...checkpoint.dataset, sha256: { ...checkpoint.dataset.sha256, trainImages: '7'.repeat(64) } } })]) {
      writeFileSync(pathOf('b.labrun'), fileOf(at3(bytes)))
      await expect(importRun(pathOf('b.labrun'), elsewhere(), 'b.labrun')).rejects.toMatchObject({ code: 'labrun.otherRun', details: { file: 'b.labrun', name: 'checkpoints/3.safetensors' } })
    }
    expect(namesIn(elsewhere())).toEqual([])
    expect(await tried(fileOf(at3(new TextEncoder().encode('scribble'))))).toMatch(/^safetensors\./)
  })

  test('with a torn series, or a record of a later version, says so', async () => {
    const parts = goodParts()
    const withPart = (name: string, bytes: Uint8Array | string) => fileOf(parts.map(part => part[0] === name ? [name, bytes] as const : part))
    expect(await tried(withPart('series.bin', bytesOf(parts[1]![1]).subarray(0, -3)))).toBe('labrun.damaged')
    const text = new TextDecoder().decode(bytesOf(parts[0]![1]))
    expect(await tried(withPart('run.json', text.replace('"formatVersion": 1', '"formatVersion": 2')))).toBe('run.version')
    expect(await tried(withPart('run.json', writeRunRecord({ ...recordWith(), name: 'x'.repeat(81) })))).toBe('run.content')
    expect(readRunRecord(text, '').name).toBe('First')
  })

  test('that was cut off anywhere is refused', async () => {
    const bytes = fileOf(goodParts())
    const random = new Random(5)
    for (const length of [1, 4, 21, 22, 30, bytes.length - 23, bytes.length - 22, bytes.length - 1, ...Array.from({ length: 40 }, () => random.integer(bytes.length))])
      expect(await tried(bytes.subarray(0, length)), `${length}`).toMatch(/^labrun\.(?:foreign|cut)$/)
    expect(await tried(Uint8Array.from([...bytes, 0]))).toBe('labrun.cut')
  })
})

describe('a file with any bit flipped is refused, and never shows another number:', () => {
  const flipped = (bytes: Uint8Array, at: number, bit: number) => bytes.map((byte, i) => i === at ? byte ^ 1 << bit : byte)
  test('every byte of all headers and of the directory', async () => {
    const bytes = fileOf(goodParts())
    const places: number[] = []
    let at = 0
    for (const [name, part] of goodParts()) {
      for (let i = 0; i < 30 + name.length; i++) places.push(at + i)
      at += 30 + name.length + bytesOf(part).length
    }
    for (let i = at; i < bytes.length; i++) places.push(i)
    const random = new Random(7)
    for (const place of places) expect(await tried(flipped(bytes, place, random.integer(8))), `byte ${place}`).toMatch(/^labrun\./)
  })

  test('every byte of run.json', async () => {
    const bytes = fileOf(goodParts())
    const begin = 30 + 'run.json'.length
    const random = new Random(8)
    for (let i = 0; i < bytesOf(goodParts()[0]![1]).length; i++) expect(await tried(flipped(bytes, begin + i, random.integer(8))), `byte ${i}`).toBe('labrun.damaged')
  })

  test('2,000 bytes of the data', async () => {
    const bytes = fileOf(goodParts())
    const begin = 30 + 'run.json'.length + bytesOf(goodParts()[0]![1]).length
    const end = new DataView(bytes.buffer).getUint32(bytes.length - 6, true)
    const random = new Random(9)
    for (let i = 0; i < 2000; i++) expect(await tried(flipped(bytes, begin + random.integer(end - begin), random.integer(8)))).toMatch(/^labrun\./)
  })
})
