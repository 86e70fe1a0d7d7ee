import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from './child'

/** Where everything is that a run needs. */
export interface Places {
  /** MNIST's four files */
  readonly mnist: string
  /** Electron's program; it runs as Node */
  readonly electron: string
  /** The folder of the Python peers, with the packages of those in JavaScript */
  readonly peers: string
  /** The bundles of the lab and of the peers in JavaScript */
  readonly bundles: string
  /** Kernels that OpenBLAS is to take instead of its own choice: 'Haswell' has AVX2, as laptops without AVX-512 */
  readonly openblas?: string | undefined
  /** Another checkout, whose bench is built: then the lab is measured against that one alone */
  readonly against?: string | undefined
}

/** Somebody that the lab is measured against. */
export interface Contender {
  readonly name: string
  /** The lab itself in another runtime: its figures stand among the cases */
  readonly isLab?: boolean
  /** Cases that it would take minutes for are left out */
  readonly cases: string
  /** More than one thread makes sense */
  readonly threaded: boolean
  /** Its matrices must be multiplied by OpenBLAS */
  readonly blas?: boolean
  command(threads: number): Command
}

/** Debian's, whose NumPy and PyTorch share one OpenBLAS; another Python on the PATH brings its own. */
const python = '/usr/bin/python3'

/** Variables that would choose other kernels for OpenBLAS than it does by itself. */
const misleading = new Set(['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'OPENBLAS_VERBOSE', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'PYTHONPATH'])
/** @param threads that a child may use @param options.from what the bench itself was started with */
export function environment(threads: number, { from = process.env, openblas }: { readonly from?: NodeJS.ProcessEnv, readonly openblas?: string | undefined } = {}): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(from).filter(([name]) => !misleading.has(name)))
  return { ...kept, ...openblas ? { OPENBLAS_CORETYPE: openblas } : {}, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` }
}

const asNode = (electron: string, args: readonly string[], threads: number): Command => ({ file: electron, args, env: { ...environment(threads), ELECTRON_RUN_AS_NODE: '1' } })

/** The lab in Electron's own runtime: what all others are measured against. */
export const lab = ({ electron, bundles, mnist }: Places, threads: number): Command => asNode(electron, [join(bundles, 'lab.mjs'), mnist, `${threads}`], threads)

/** Where a checkout's bench is built to. @source test/bench/vite.config.ts */
const bundlesOf = (checkout: string): string => join(checkout, '.cache', 'bench')

/** In the order of the table. */
export function contenders({ electron, bundles, mnist, peers, openblas, against }: Places): readonly Contender[] {
  if (against) return [{ name: `the lab in ${basename(against)}`, cases: 'ABCDEF', threaded: true, command: threads => lab({ electron, mnist, peers, bundles: bundlesOf(against) }, threads) }]
  const script = (name: string, ...args: string[]) => (threads: number): Command => ({ file: python, args: [join(peers, name), mnist, ...args], env: environment(threads, { openblas }) })
  const numpy = { cases: 'ABCDEF', threaded: true, blas: true }
  const packaged = { threaded: false }
  return [
    { name: 'NumPy float32, as the book', ...numpy, command: script('numpy_book.py', 'float32') },
    { name: 'NumPy float64, as the book', ...numpy, command: script('numpy_book.py', 'float64') },
    { name: 'NumPy float32, tight', ...numpy, command: script('numpy_tight.py') },
    { name: 'PyTorch CPU', ...numpy, command: script('pytorch.py') },
    { name: 'tfjs-wasm', ...packaged, cases: 'ABCDE', command: threads => asNode(electron, [join(bundles, 'tfjs.mjs'), mnist, peers], threads) },
    { name: 'ConvNetJS', ...packaged, cases: 'ABCDE', command: threads => asNode(electron, [join(bundles, 'convnet.mjs'), mnist, peers], threads) },
    { name: 'the lab in plain Node', isLab: true, cases: 'ABCDEF', threaded: true, command: threads => ({ file: process.execPath, args: [join(bundles, 'lab.mjs'), mnist, `${threads}`], env: environment(threads) }) },
  ]
}

/** Those in JavaScript are compared with only once somebody had them installed. */
export const peersInstalled = ({ peers }: Pick<Places, 'peers'>): boolean => existsSync(join(peers, 'node_modules', '.package-lock.json'))
