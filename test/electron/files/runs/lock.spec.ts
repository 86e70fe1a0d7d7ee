import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { disk } from '../../../../electron/files/atomic'
import { holderOf, takeLock } from '../../../../electron/files/runs/lock'
import { linuxProcesses, otherProcesses, processes } from '../../../../electron/files/runs/processes'
import { refusal } from '../refusal'
import { ownFolderOfTest } from './folder'

const folder = ownFolderOfTest()
const take = () => takeLock(folder.own, { name: 'the run' })
const claims = () => readdirSync(folder.own)
const claim = (name: string, contents: unknown): void => { writeFileSync(join(folder.own, name), typeof contents === 'string' ? contents : JSON.stringify(contents)) }

/** The number of a process that has ended. */
const endedPid = (): number => Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }))

describe('a folder', () => {
  test('is held by one process, which is named, until it releases it', async () => {
    const lock = await take()
    expect(await holderOf(folder.own)).toBe(process.pid)
    expect(await refusal(take)).toEqual({ code: 'run.locked', file: 'the run', pid: process.pid })
    expect(claims()).toHaveLength(1)
    await lock.release()
    expect([await holderOf(folder.own), claims()]).toEqual([null, []])
    await (await take()).release()
  })

  test('is never held twice, however many want it at the same moment, and one of them gets it', async () => {
    for (let round = 0; round < 30; round++) {
      const taken = await Promise.allSettled(Array.from({ length: 8 }, take))
      const held = taken.filter(result => result.status === 'fulfilled')
      expect(held).toHaveLength(1)
      await held[0]!.value.release()
      expect(claims()).toEqual([])
    }
  })

  test('is never held twice by many that try again and again, and is free in the end', async () => {
    let [holders, most] = [0, 0]
    const work = async (): Promise<void> => {
      for (let tries = 0; tries < 10; tries++) {
        const lock = await take().catch(() => null)
        if (!lock) continue
        most = Math.max(most, ++holders)
        await new Promise(setImmediate)
        holders--
        await lock.release()
      }
    }
    await Promise.all(Array.from({ length: 6 }, work))
    expect(most).toBeLessThanOrEqual(1)
    await (await take()).release()
  })

  test('of a process that has ended is free, and its file is removed', async () => {
    claim('lock-00000000', { ...await processes.own(), pid: endedPid() })
    expect(await holderOf(folder.own)).toBeNull()
    const lock = await take()
    expect(claims()).toHaveLength(1)
    await lock.release()
  })

  test('of a process whose number another one has now is free', async () => {
    claim('lock-00000000', { pid: process.pid, started: 'another boot 12' })
    expect(await holderOf(folder.own)).toBeNull()
    await (await take()).release()
    expect(claims()).toEqual([])
  })

  test('of a running process is not free', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await new Promise(started => child.stdout.once('data', started))
      const stat = process.platform === 'linux' ? readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[19] : null
      const [boot] = (await processes.own()).started.split(' ')
      claim('lock-ffffffff', { pid: child.pid, started: stat ? `${boot} ${stat}` : String(Date.now()) })
      expect(await holderOf(folder.own)).toBe(child.pid)
      expect(await refusal(take)).toMatchObject({ code: 'run.locked', pid: child.pid })
    }
    finally { child.kill() }
  })

  test('with a file that is being written is held; one that stays empty does not count', async () => {
    claim('lock-00000000', '')
    expect((await refusal(take))['code']).toBe('run.locked')
    const before = new Date(Date.now() - 60_000)
    utimesSync(join(folder.own, 'lock-00000000'), before, before)
    await (await take()).release()
  })

  test('with nonsense in place of a lock is free after a while; other files stay', async () => {
    for (const [i, nonsense] of ['{', '7', 'null', '{"pid":-1,"started":"x"}', '{"pid":1.5,"started":""}', '{"pid":1}'].entries()) claim(`lock-0000000${i}`, nonsense)
    claim('lock-notes', 'mine')
    claim('run.json', '{}')
    const before = new Date(Date.now() - 60_000)
    for (const name of claims()) utimesSync(join(folder.own, name), before, before)
    await (await take()).release()
    expect(claims().sort()).toEqual(['lock-notes', 'run.json'])
  })

  test('that refuses to be written is named', async () => {
    const fs = { ...disk, open: () => Promise.reject(Object.assign(new Error('injected'), { code: 'EROFS' })) }
    expect((await refusal(() => takeLock(folder.own, { fs, name: 'x' })))['code']).toBe('file.readOnly')
    expect(claims()).toEqual([])
  })
})

describe('a process', () => {
  test('is told apart by its start, also with a name that has spaces and brackets', async () => {
    const proc = join(folder.own, 'proc')
    for (const pid of [7, process.pid]) mkdirSync(join(proc, String(pid)), { recursive: true })
    mkdirSync(join(proc, 'sys', 'kernel', 'random'), { recursive: true })
    writeFileSync(join(proc, 'sys', 'kernel', 'random', 'boot_id'), 'b00t\n')
    // fields 3 to 22 of proc(5)
    writeFileSync(join(proc, '7', 'stat'), `7 (a) b (c) S ${Array.from({ length: 18 }, (_, i) => i).join(' ')} 4242 1 2\n`)
    writeFileSync(join(proc, String(process.pid), 'stat'), `${process.pid} (node) S ${Array.from({ length: 18 }, (_, i) => i).join(' ')} 99 1 2\n`)
    // ended, but not yet taken notice of by its parent
    mkdirSync(join(proc, '9'))
    writeFileSync(join(proc, '9', 'stat'), `9 (zombie) Z ${Array.from({ length: 18 }, (_, i) => i).join(' ')} 4242 1 2\n`)
    const linux = linuxProcesses(proc)
    expect(await linux.own()).toEqual({ pid: process.pid, started: 'b00t 99' })
    const running = (pid: number, started: string) => linux.isRunning({ pid, started })
    expect(await Promise.all([running(7, 'b00t 4242'), running(7, 'b00t 4243'), running(7, 'other 4242'), running(8, 'b00t 4242'), running(9, 'b00t 4242')])).toEqual([true, false, false, false, false])
  })

  test('of this one is running', async () => {
    for (const system of [processes, otherProcesses()]) expect(await system.isRunning(await system.own())).toBe(true)
  })

  test('elsewhere is not running when it is older than the last boot, or its number is free', async () => {
    const refusing = (code: string) => () => { throw Object.assign(new Error(code), { code }) }
    const at = (ms: number) => ({ pid: 5, started: String(ms) })
    const booted = { bootedAt: () => 1_000_000 }
    expect(await otherProcesses({ kill: () => true, ...booted }).isRunning(at(2_000_000))).toBe(true)
    expect(await otherProcesses({ kill: () => true, ...booted }).isRunning(at(100_000))).toBe(false)
    expect(await otherProcesses({ kill: () => true, ...booted }).isRunning({ pid: 5, started: 'boot 7' })).toBe(false)
    expect(await otherProcesses({ kill: refusing('ESRCH'), ...booted }).isRunning(at(2_000_000))).toBe(false)
    expect(await otherProcesses({ kill: refusing('EPERM'), ...booted }).isRunning(at(2_000_000))).toBe(true)
  })
})
