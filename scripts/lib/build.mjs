import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { timed } from './log.mjs'
import { at, binary, digest, root } from './project.mjs'
import { mustRun } from './run.mjs'

/** All inputs of the build. */
const sources = ['core', 'electron', 'renderer', 'alias.config.ts', 'channels.config.ts', 'kernels.config.ts', 'languages.config.ts', 'licenses.config.ts', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const results = ['main/index.js', 'main/cli.js', 'preload/index.cjs', 'renderer/index.html'].map(name => at('out', ...name.split('/')))
// electron-vite empties this folder, so a manual build removes the stamp.
const stamp = at('out', 'main', 'build.sha256')

/**
 * One digest over the names and contents of files and folders, independent of the file system's order.
 * @param {readonly string[]} parts
 * @param {string} base
 */
export function digestOf(parts, base = root) {
  const files = parts.flatMap(part => filesBelow(join(base, part))).sort()
  return digest('sha256', files.map(file => `${relative(base, file).split(sep).join('/')} ${digest('sha256', readFileSync(file))}\n`).join(''))
}

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isDirectory()) return stats ? [path] : []
  const entries = readdirSync(path, { withFileTypes: true, recursive: true }).filter(entry => entry.isFile())
  return entries.map(entry => join(entry.parentPath, entry.name))
}

/** Whether out/ was built from the current sources. */
export const buildReady = () => results.every(existsSync) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOf(sources)

/** Builds the window, the main process, the training thread and the terminal's entry point. */
export async function build() {
  const before = digestOf(sources)
  await timed('building the lab', () => mustRun('The build', process.execPath, [binary('electron-vite'), 'build'], { timeoutMs: 300_000 }))
  writeFileSync(stamp, before)
}
