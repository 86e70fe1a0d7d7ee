import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { LabError } from '@core'
import { disk, type FileSystem } from '../atomic'
import { fileError } from '../file-errors'
import { type ProcessMark, type Processes, processes as here } from './processes'

const claimName = /^lock-[0-9a-f]{8}$/
/** A claim without contents is being written, unless it is older. */
const writingMs = 10_000
/** How long the first of several claims waits for the others to be withdrawn. */
const [waits, waitMs] = [40, 10]

export interface LockOptions { readonly fs?: FileSystem, readonly processes?: Processes, /** The run, for the message */ readonly name: string }

/** The right to write into a folder, which one process at most has. */
export interface Lock { release: () => Promise<void> }

/**
 * Takes a folder for this process. Each process creates a file of its own, and has the folder when there is no other one's:
 * of two, the one that created its file later sees the other's. So nothing has to be taken over, which two could do at
 * once: the file of a process that has ended is only removed.
 * @throws LabError run.locked naming the process that has it; file.*
 */
export async function takeLock(folder: string, { fs = disk, processes = here, name }: LockOptions): Promise<Lock> {
  const own = `lock-${randomBytes(4).toString('hex')}`
  const path = join(folder, own)
  const release = (): Promise<void> => fs.remove(path).catch(() => undefined) // a file that stays is removed by the next process
  try {
    const file = await fs.open(path, 'wx')
    try { await file.writeFile(JSON.stringify(await processes.own())) }
    finally { await file.close() }
  }
  catch (cause) {
    await release()
    throw fileError(cause, path)
  }
  for (let waited = 0; ; waited++) {
    const others = (await claimsIn(folder, { fs, processes })).filter(claim => claim.name !== own)
    const [first] = others
    if (!first) return { release }
    // Of several that are created at the same time the first by name waits, and the others are withdrawn.
    if (waited === waits || others.some(claim => claim.name < own)) {
      await release()
      throw new LabError('run.locked', `${name} is in use by process ${first.pid}`, { file: name, pid: first.pid })
    }
    await setTimeout(waitMs)
  }
}

/** The process that has a folder; null when none has it. */
export async function holderOf(folder: string, processes: Processes = here): Promise<number | null> {
  const [first] = await claimsIn(folder, { processes })
  return first?.pid ?? null
}

/** The claims of running processes, in the order of their names. @param fs removes the others; left out: they stay */
async function claimsIn(folder: string, { fs, processes }: { readonly fs?: FileSystem, readonly processes: Processes }): Promise<readonly { readonly name: string, readonly pid: number }[]> {
  const names = (await readdir(folder).catch(() => [])).filter(name => claimName.test(name)).sort()
  const claims = await Promise.all(names.map(async (name) => {
    const path = join(folder, name)
    const by = await ownerOf(path)
    if (by === 'gone') return []
    if (by === 'unknown' ? await isRecent(path) : await processes.isRunning(by)) return [{ name, pid: by === 'unknown' ? 0 : by.pid }]
    await fs?.remove(path).catch(() => undefined)
    return []
  }))
  return claims.flat()
}

async function ownerOf(path: string): Promise<ProcessMark | 'gone' | 'unknown'> {
  try {
    const { pid, started } = JSON.parse(await readFile(path, 'utf8')) as Partial<ProcessMark>
    return Number.isSafeInteger(pid) && pid! > 0 && typeof started === 'string' ? { pid: pid!, started } : 'unknown'
  }
  catch (cause) { return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unknown' }
}

const isRecent = (path: string): Promise<boolean> => stat(path).then(({ mtimeMs }) => Math.abs(Date.now() - mtimeMs) < writingMs, () => false)
