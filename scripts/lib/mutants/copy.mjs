import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Entries that the tests do not need, or that reach the copy in another way. */
const left = new Set(['node_modules', 'out', 'dist', 'coverage', 'test-results', '.git', '.cache', '.ci'])

/**
 * Copies the project to a temporary folder, where mutants are applied. The packages are linked one by one, so that
 * files that tools write into `node_modules` stay in the copy.
 * @param {string} root
 * @returns {{ root: string, remove: () => void }}
 */
export function copyProject(root) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lab-mutants-')))
  for (const name of readdirSync(root)) if (!left.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true })
  const kernels = join(root, '.cache', 'kernels')
  if (existsSync(kernels)) cpSync(kernels, join(folder, '.cache', 'kernels'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  for (const entry of readdirSync(join(root, 'node_modules'), { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory() || entry.isSymbolicLink()) symlinkSync(join(root, 'node_modules', entry.name), join(folder, 'node_modules', entry.name), 'junction')
  }
  const remove = () => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  process.on('exit', remove) // also after an interrupt
  return { root: folder, remove }
}
