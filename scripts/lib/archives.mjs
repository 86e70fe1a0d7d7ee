import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { SetupError } from './project.mjs'

/**
 * Extracts one file from a gzipped tar.
 * @param {string} tarball
 * @param {(path: string) => boolean} wanted
 * @param {string} target
 */
export async function untarOne(tarball, wanted, target) {
  const { list } = await import('tar')
  /** @type {Promise<void> | undefined} */
  let written
  await list({
    file: tarball,
    onReadEntry: (entry) => {
      if (!written && wanted(entry.path)) written = pipeline(entry, createWriteStream(target))
      else entry.resume()
    },
  })
  if (!written) throw new SetupError(`${tarball} does not hold the file that was wanted.`)
  await written
}

/**
 * Unpacks a zip.
 * @param {string} zip
 * @param {string} folder
 * @param {(name: string) => string | null} rename the path inside the folder, or null to skip the entry
 */
export async function unzip(zip, folder, rename) {
  const { openPromise } = await import('yauzl')
  const file = await openPromise(zip)
  try {
    for await (const entry of file.eachEntry()) {
      const name = entry.fileName.endsWith('/') ? null : rename(entry.fileName)
      if (name === null) continue
      const target = resolve(folder, name)
      if (!target.startsWith(folder + sep)) throw new SetupError(`${zip}: ${entry.fileName} points outside of its folder.`)
      await mkdir(dirname(target), { recursive: true })
      // The upper 16 bits of the external attributes hold the Unix mode. Everyone may read executables and shared libraries.
      const mode = (entry.externalFileAttributes >>> 16) & 0o777
      await pipeline(await file.openReadStreamPromise(entry), createWriteStream(target, { mode: mode | 0o644 }))
    }
  }
  finally {
    file.close()
  }
}
