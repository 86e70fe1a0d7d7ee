import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from './child'

/** Paths that a run needs. */
export interface Places {
  /** MNIST's four files */
  readonly mnist: string
  /** Electron's executable, which runs as Node */
  readonly electron: string
  /** Folder of the Python peers and of the packages of the JavaScript peers */
  readonly peers: string
  /** Bundles of the lab and of the JavaScript peers */
  readonly bundles: string
  /** Kernels for OpenBLAS instead of its own choice: 'Haswell' has AVX2, as on laptops without AVX-512 */
  readonly openblas?: string | undefined
  /** Another checkout with a built bench: the lab is then compared with that alone */
  readonly against?: string | undefined
}

/** A program that the lab is compared with. */
export interface Contender {
  readonly name: string
  /** The lab itself in another runtime: its figures are listed among the cases */
  readonly isLab?: boolean
  /** Cases that it runs; cases that would take minutes are left out */
  readonly cases: string
  /** Whether it can use more than one thread */
  readonly threaded: boolean
  /** Whether its matrix products must come from OpenBLAS */
  readonly blas?: boolean
  command(threads: number): Command
}

/** Debian's Python, whose NumPy and PyTorch share one OpenBLAS; another Python on the PATH brings its own. */
const python = '/usr/bin/python3'

/** Variables that would override OpenBLAS's own choice of kernels, or change how a child runs. */
const overridingVariables = new Set(['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'OPENBLAS_VERBOSE', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'PYTHONPATH'])
/** @param threads maximum number of threads for a child @param options.from environment of the bench itself */
export function environment(threads: number, { from = process.env, openblas }: { readonly from?: NodeJS.ProcessEnv, readonly openblas?: string | undefined } = {}): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(from).filter(([name]) => !overridingVariables.has(name)))
  return { ...kept, ...openblas ? { OPENBLAS_CORETYPE: openblas } : {}, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` }
}

const asNode = (electron: string, args: readonly string[], threads: number): Command => ({ file: electron, args, env: { ...environment(threads), ELECTRON_RUN_AS_NODE: '1' } })

/** The lab in Electron's own runtime, the baseline of all comparisons. */
export const lab = ({ electron, bundles, mnist }: Places, threads: number): Command => asNode(electron, [join(bundles, 'lab.mjs'), mnist, `${threads}`], threads)

/** Folder of a checkout's built bench. @source test/bench/vite.config.ts */
const bundlesOf = (checkout: string): string => join(checkout, '.cache', 'bench')

/** All peers, in the order of the table. */
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

/** The JavaScript peers take part only after they were installed. */
export const peersInstalled = ({ peers }: Pick<Places, 'peers'>): boolean => existsSync(join(peers, 'node_modules', '.package-lock.json'))
