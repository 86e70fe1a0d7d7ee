import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, open, rename, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileSystem } from '@files'
import { onTestFinished } from 'vitest'

/** A temporary folder for one test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-lab-main-'))
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** A disk that is full while `full` is true. */
export function fullDisk(full: () => boolean): FileSystem {
  return {
    open: async (path, flags) => {
      const file = await open(path, flags)
      return {
        sync: () => file.sync(), close: () => file.close(),
        writeFile: bytes => full() ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })) : file.writeFile(bytes as Uint8Array),
      }
    },
    rename, truncate, remove: path => rm(path, { force: true }), removeFolder: path => rm(path, { recursive: true, force: true }),
    makeFolder: async (path) => { await mkdir(path, { recursive: true }) },
  }
}
