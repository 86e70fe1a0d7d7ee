import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '@core'
import { describe, expect, test, vi } from 'vitest'
import { deleteFolder, type FolderApp, chooseFolder } from '../../../electron/main/user-folder'
import { newFolder } from './folder'

/** Chromium's lock on Linux and macOS: a symbolic link in the folder. */
function fakeApp(own = '/nowhere'): FolderApp & { paths: string[] } {
  const paths: string[] = []
  return {
    paths,
    getPath: () => own,
    setPath: (_, path) => { paths.push(path) },
    requestSingleInstanceLock: () => {
      try { symlinkSync('host-1', join(paths.at(-1)!, 'SingletonLock')) }
      catch { return false }
      return true
    },
  }
}
const file = (folder: string): string => {
  writeFileSync(join(folder, 'a-file'), 'no folder')
  return join(folder, 'a-file')
}

test('the requested folder is used, and created when it is missing', () => {
  const wanted = join(newFolder(), 'a', 'b')
  const app = fakeApp()
  expect(chooseFolder(app, wanted)).toEqual({ path: wanted, unwritable: null })
  expect(app.paths).toEqual([wanted])
  expect(readdirSync(wanted)).toEqual(['SingletonLock']) // no trace of the probe
  if (process.platform !== 'win32') expect(statSync(wanted).mode & 0o777).toBe(0o700) // not accessible to other users
})

test('without a request it is Electron’s own, also when the request is empty', () => {
  const own = newFolder()
  expect(chooseFolder(fakeApp(own))).toEqual({ path: own, unwritable: null })
  const other = newFolder()
  expect(chooseFolder(fakeApp(other), '')).toEqual({ path: other, unwritable: null })
})

test('a relative path starts where the lab was started', () => {
  const folder = newFolder()
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  expect(chooseFolder(fakeApp(), 'here')).toEqual({ path: join(folder, 'here'), unwritable: null })
  cwd.mockRestore()
})

test.skipIf(process.platform === 'win32')('a second start finds the lock of the first', () => {
  const wanted = newFolder()
  chooseFolder(fakeApp(), wanted)
  const second = fakeApp()
  expect(chooseFolder(second, wanted)).toBeNull()
  expect(second.paths).toEqual([wanted])
})

describe('a folder that is not writable', () => {
  const unwritable: Readonly<Record<string, (folder: string) => string>> = {
    'a file': file,
    'inside a file': folder => join(file(folder), 'inside', 'deep'),
    'behind a broken link': (folder) => {
      symlinkSync(join(folder, 'nowhere', 'at', 'all'), join(folder, 'link'))
      return join(folder, 'link')
    },
    'in a link that leads to itself': (folder) => {
      symlinkSync('loop', join(folder, 'loop'))
      return join(folder, 'loop', 'inside')
    },
    'a name that is too long': folder => join(folder, 'a'.repeat(300)),
    'of the system\'s own': () => '/proc/backprop-lab/deep',
    'a name with a zero byte': folder => join(folder, 'a\0b'),
  }
  // Cause: Chromium's lock failed there, which was mistaken for a second start: the lab ended without a window or a message.
  test.each(Object.entries(unwritable))('%s: a temporary one replaces it', (_, make) => {
    const folder = newFolder()
    const temporary = join(folder, 'tmp')
    mkdirSync(temporary)
    const wanted = make(folder)
    const app = fakeApp()
    const taken = chooseFolder(app, wanted, temporary)!
    expect(taken.unwritable).toBe(wanted)
    expect(taken.path.startsWith(join(temporary, 'backprop-lab-session-'))).toBe(true)
    expect(app.paths).toEqual([taken.path])
    deleteFolder(taken.path)
    expect(readdirSync(temporary)).toEqual([])
  })

  test('keeps its settings: they are read, but never written', () => {
    const folder = newFolder()
    const wanted = join(folder, 'wanted')
    mkdirSync(wanted)
    const small = ['playground.json', 'progress.json', 'recent.json', 'settings.json']
    for (const name of [...small, 'autosave.safetensors']) writeFileSync(join(wanted, name), name)
    mkdirSync(join(wanted, 'window.json')) // not a file, so not found
    // It is writable, but Chromium cannot lock it, and no lock exists there.
    const refusing = { ...fakeApp(), requestSingleInstanceLock: vi.fn().mockReturnValueOnce(false).mockReturnValue(true) }
    const { path, unwritable } = chooseFolder(refusing, wanted, folder)!
    expect(unwritable).toBe(wanted)
    expect(readdirSync(path).toSorted()).toEqual(small)
    expect(readFileSync(join(path, 'settings.json'), 'utf8')).toBe('settings.json')
    expect(existsSync(join(wanted, 'autosave.safetensors'))).toBe(true)
  })

  test('includes one that Electron cannot even name', () => {
    const nameless = { ...fakeApp(), getPath: () => { throw new Error('Failed to get \'userData\' path') } }
    nameless.setPath = (_, path) => { nameless.paths.push(path) }
    expect(chooseFolder(nameless, undefined, newFolder())?.unwritable).toBe('~')
  })

  test.each<[string, (folder: string) => string]>([['no folder', file], ['not there', folder => join(folder, 'nowhere')]])('and a temporary one that is %s: the lab reports that it cannot start', (_, make) => {
    const folder = newFolder()
    const temporary = make(folder)
    const wanted = join(file(folder), 'wanted')
    let thrown: unknown
    try { chooseFolder(fakeApp(), wanted, temporary) }
    catch (cause) { thrown = cause }
    expect(thrown).toBeInstanceOf(LabError)
    expect(thrown).toMatchObject({ code: 'folder.none', details: { file: wanted, found: temporary } })
  })

  test('and no lock in the temporary one either: nothing is left behind', () => {
    const folder = newFolder()
    const temporary = mkdtempSync(join(folder, 'tmp-'))
    expect(() => chooseFolder({ ...fakeApp(), requestSingleInstanceLock: () => false }, file(folder), temporary)).toThrow(LabError)
    expect(readdirSync(temporary)).toEqual([])
  })
})

test('the window’s bounds are copied to a temporary folder', () => {
  const folder = newFolder()
  const wanted = join(folder, 'wanted')
  mkdirSync(wanted)
  writeFileSync(join(wanted, 'window.json'), '{}')
  const refusing = { ...fakeApp(), requestSingleInstanceLock: vi.fn().mockReturnValueOnce(false).mockReturnValue(true) }
  expect(readdirSync(chooseFolder(refusing, wanted, folder)!.path)).toEqual(['window.json'])
})

test('removing a missing folder is silent; an existing one is removed completely', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const folder = mkdtempSync(join(newFolder(), 'session-'))
  mkdirSync(join(folder, 'deep'))
  writeFileSync(join(folder, 'deep', 'a'), 'x')
  deleteFolder(folder)
  deleteFolder(folder)
  expect([existsSync(folder), log.mock.calls.length]).toEqual([false, 0])
  log.mockRestore()
})

// On Windows the lock is not a file: a writable folder that refuses the lock is already open.
test('on Windows a lock that is refused means that the lab is open already', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
  Object.defineProperty(process, 'platform', { ...platform, value: 'win32' })
  const app = { ...fakeApp(), requestSingleInstanceLock: () => false }
  try { expect(chooseFolder(app, newFolder(), newFolder())).toBeNull() }
  finally { Object.defineProperty(process, 'platform', platform) }
})
