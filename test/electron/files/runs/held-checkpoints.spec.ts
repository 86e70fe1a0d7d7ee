import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HeldCheckpoints } from '../../../../electron/files/runs/held-checkpoints'
import { bytesAt, ownFolderOfTest } from './folder'

const folder = ownFolderOfTest()
const path = (step: number) => join(folder.own, `${step}.safetensors`)
const write = (step: number, at = step) => { writeFileSync(path(step), bytesAt(at)) }
const stepOf = async (held: HeldCheckpoints, step: number) => (await held.read(path(step))).snapshot.position.step

describe('checkpoints that are held', () => {
  test('are read once, while their files stay as they are', async () => {
    write(3)
    const held = new HeldCheckpoints()
    const first = await held.read(path(3))
    expect(await held.read(path(3))).toBe(first)
    const { atimeMs, mtimeMs } = statSync(path(3))
    write(3, 4)
    utimesSync(path(3), atimeMs / 1000, mtimeMs / 1000 + 5)
    expect(await stepOf(held, 3)).toBe(4)
  })

  test('are read again when they were let go: those that were needed longest ago, beyond the memory for them', async () => {
    for (const step of [1, 2, 3]) write(step)
    const held = new HeldCheckpoints(2.5 * bytesAt(1).length)
    const read = (step: number) => held.read(path(step))
    const [one, two] = [await read(1), await read(2)]
    expect(await read(1)).toBe(one)
    await read(3)
    expect([await read(1) === one, await read(2) === two]).toEqual([true, false])
  })

  test('of a file that is gone are not found', async () => {
    write(5)
    const held = new HeldCheckpoints()
    await held.read(path(5))
    rmSync(path(5))
    await expect(held.read(path(5))).rejects.toMatchObject({ code: 'file.missing' })
  })

  test('larger than all memory for them are read, and not held', async () => {
    write(6)
    const held = new HeldCheckpoints(10)
    const first = await held.read(path(6))
    expect(await held.read(path(6))).not.toBe(first)
  })
})
