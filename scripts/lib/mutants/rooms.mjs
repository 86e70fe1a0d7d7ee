import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { SetupError } from '../project.mjs'
import { mutationsOf } from './operators.mjs'

/** @typedef {import('./operators.mjs').Mutation & { room: string, file: string, id?: string }} Mutant */

/** @type {Readonly<Record<string, { folder: string, without?: string }>>} Rooms by the name used on the command line. */
const rooms = {
  core: { folder: 'core', without: 'core/ops/kernels' },
  electron: { folder: 'electron', without: 'electron/assets' },
  contract: { folder: 'electron/contract' },
  files: { folder: 'electron/files' },
  worker: { folder: 'electron/worker' },
  main: { folder: 'electron/main' },
  preload: { folder: 'electron/preload' },
  cli: { folder: 'electron/cli' },
  renderer: { folder: 'renderer' },
  stores: { folder: 'renderer/stores' },
  graph: { folder: 'renderer/graph' },
  lib: { folder: 'renderer/lib' },
  course: { folder: 'renderer/course' },
  components: { folder: 'renderer/components' },
  lessons: { folder: 'renderer/lessons' },
  terms: { folder: 'renderer/terms' },
  train: { folder: 'renderer/train' },
  inspector: { folder: 'renderer/inspector' },
  draw: { folder: 'renderer/draw' },
  shell: { folder: 'renderer/shell' },
}

/** The rooms that are measured by default. */
export const defaultRooms = ['core', 'electron', 'stores', 'graph']

/**
 * Source files of a room, relative to the project.
 * @param {string} root
 * @param {string} name name of a room, or path of a source file
 * @throws {SetupError} for an unknown room
 */
export function filesOfRoom(root, name) {
  if (/\.(?:ts|vue)$/.test(name) && existsSync(join(root, name))) return [name]
  const room = rooms[name]
  if (!room) throw new SetupError(`There is no room or file "${name}". The rooms are: ${Object.keys(rooms).join(', ')}.`)
  const entries = readdirSync(join(root, room.folder), { withFileTypes: true, recursive: true }).filter(entry => entry.isFile() && /\.(?:ts|vue)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
  const files = entries.map(entry => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
  return files.filter(file => !room.without || !file.startsWith(`${room.without}/`)).sort()
}

/**
 * Draws mutants from a room; the same seed and sources give the same mutants.
 * @param {string} root
 * @param {string} room
 * @param {{ count: number, seed: number }} options
 * @returns {Mutant[]} sorted by file and line
 */
export function draw(root, room, { count, seed }) {
  const places = filesOfRoom(root, room).flatMap(file => mutationsOf(file, readFileSync(join(root, file), 'utf8')).map(variants => ({ file, variants })))
  const random = randomFrom(seed)
  /** @type {Mutant[]} */
  const mutants = []
  while (mutants.length < count && places.length > 0) {
    const drawn = Math.floor(random() * places.length)
    const [place] = places.splice(drawn, 1)
    const change = place?.variants[Math.floor(random() * place.variants.length)]
    if (place && change) mutants.push({ room, file: place.file, ...change })
  }
  return mutants.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start)
}

/**
 * Mulberry32: uniform in [0, 1).
 * @param {number} seed
 */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * Mutants from a list: each old text must occur exactly once in its file.
 * @param {string} root
 * @param {readonly { id?: string, file: string, old: string, new: string }[]} rows
 * @returns {{ mutants: Mutant[], stale: { id?: string, file: string, old: string, new: string, why: string }[] }}
 */
export function listed(root, rows) {
  /** @type {Mutant[]} */
  const mutants = []
  const stale = []
  for (const row of rows) {
    const text = readText(join(root, row.file))
    const start = text?.indexOf(row.old) ?? -1
    if (text === null) stale.push({ ...row, why: 'the file is gone' })
    else if (start < 0) stale.push({ ...row, why: 'the text is gone' })
    else if (text.indexOf(row.old, start + 1) >= 0) stale.push({ ...row, why: 'the text stands there more than once' })
    else mutants.push({ ...row.id === undefined ? {} : { id: row.id }, room: 'list', file: row.file, start, end: start + row.old.length, line: text.slice(0, start).split('\n').length, old: row.old, new: row.new, kind: 'listed' })
  }
  return { mutants, stale }
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8')
  }
  catch {
    return null
  }
}
