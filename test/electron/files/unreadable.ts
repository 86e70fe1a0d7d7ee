import { chmodSync, chownSync, statSync } from 'node:fs'

const nobody = 65_534

/**
 * Runs work while a file or folder may not be read by its own user. Root may read everything, so root does the work as another user.
 * @param home a folder above it, which that user gets into
 */
export async function unreadable<T>(path: string, home: string, work: () => Promise<T>): Promise<T> {
  const { mode } = statSync(path)
  const isRoot = process.getuid?.() === 0
  chmodSync(path, 0)
  if (isRoot) {
    chownSync(home, nobody, nobody)
    process.seteuid!(nobody)
  }
  try { return await work() }
  finally {
    if (isRoot) process.seteuid!(0)
    chmodSync(path, mode)
  }
}
