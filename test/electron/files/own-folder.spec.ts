import { join } from 'node:path'
import { ownFolder } from '@files'
import { expect, test } from 'vitest'

const of = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) => ownFolder('Backprop Lab', { env, platform, home: '/home/kim' })

test('the terminal uses the folder that Electron gives to the app', () => {
  expect(of('linux')).toBe(join('/home/kim', '.config', 'Backprop Lab'))
  expect(of('linux', { XDG_CONFIG_HOME: '/config' })).toBe(join('/config', 'Backprop Lab'))
  expect(of('darwin', { XDG_CONFIG_HOME: '/config' })).toBe(join('/home/kim', 'Library', 'Application Support', 'Backprop Lab'))
  expect(of('win32')).toBe(join('/home/kim', 'AppData', 'Roaming', 'Backprop Lab'))
  expect(of('win32', { APPDATA: '/roaming' })).toBe(join('/roaming', 'Backprop Lab'))
})

test('another folder that the environment names goes before it', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) expect(of(platform, { LAB_USER_DATA: '/elsewhere', XDG_CONFIG_HOME: '/config' })).toBe('/elsewhere')
  expect(of('linux', { LAB_USER_DATA: '', XDG_CONFIG_HOME: '' })).toBe(join('/home/kim', '.config', 'Backprop Lab'))
})
