import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { say, timed } from './log.mjs'
import { at, SetupError } from './project.mjs'
import { run } from './run.mjs'

const fontsAsked = at('.cache', 'fonts-asked')

/** @typedef {{ libraries: string[], programs: string[], fonts: boolean }} Missing */

/** Releases before the packages with 64-bit time were renamed. */
const beforeTime64 = ['stretch', 'buster', 'bullseye', 'bookworm', 'bionic', 'focal', 'jammy']

/**
 * Names of the apt packages that the lab needs.
 * @param {string} osRelease the text of /etc/os-release
 * @returns {string[] | null} null on a system without apt
 */
export function aptPackages(osRelease) {
  /** @param {string} key */
  const field = key => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? ''
  if (!`${field('ID')} ${field('ID_LIKE')}`.split(' ').some(id => id === 'debian' || id === 'ubuntu')) return null
  const release = field('UBUNTU_CODENAME') || field('DEBIAN_CODENAME') || field('VERSION_CODENAME')
  const time64 = beforeTime64.includes(release) ? '' : 't64'
  return [`libgtk-3-0${time64}`, 'libnss3', `libasound2${time64}`, 'libgbm1', 'xvfb', 'xauth', 'fonts-noto-cjk']
}

/** @param {string} program */
export const inPath = program => (process.env['PATH'] ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))

/**
 * Finds what is missing on this machine to open a window.
 * @param {string} executable Electron's
 * @param {{ display: boolean }} options whether a virtual display is needed
 * @returns {Missing}
 */
export function missingOnSystem(executable, { display }) {
  if (process.platform !== 'linux') return { libraries: [], programs: [], fonts: false }
  const programs = display && !inPath('Xvfb') ? ['Xvfb'] : []
  return { libraries: missingLibraries(spawnSync('ldd', [executable], { encoding: 'utf8' }).stdout ?? ''), programs, fonts: fontsMissing() }
}

/** @param {string} ldd what ldd printed */
export const missingLibraries = ldd => [...ldd.matchAll(/^\s*(\S+) => not found/gm)].map(match => match[1] ?? '')

/** Reported only once, because the font is recommended but not required. */
function fontsMissing() {
  return !existsSync(fontsAsked) && !spawnSync('fc-list', [':lang=ko', 'family'], { encoding: 'utf8' }).stdout?.trim()
}

const needed = (/** @type {Missing} */ { libraries, programs }) => libraries.length > 0 || programs.length > 0
export const isComplete = (/** @type {Missing} */ missing) => !needed(missing) && !missing.fonts

/**
 * Message for a user who may not install packages.
 * @param {Missing} missing
 * @param {string[] | null} packages
 */
export function systemMessage({ libraries, programs, fonts }, packages) {
  const found = [...libraries, ...programs, ...fonts ? ['a font for Korean and Japanese'] : []].join(', ')
  const line = packages
    ? `Run this once, then start again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
    : 'Install what provides them with your system\'s package manager, then start again.'
  return `This machine lacks ${found}. ${line}`
}

/**
 * Installs the missing packages when running as root, otherwise says which command to run.
 * @param {Missing} missing
 */
export async function completeSystem(missing) {
  const packages = aptPackages(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '')
  const installed = process.getuid?.() === 0 && packages && inPath('apt-get') && await aptInstall('system libraries (apt-get)', packages)
  if (!installed && needed(missing)) throw new SetupError(systemMessage(missing, packages))
  if (!installed) say(`${systemMessage(missing, packages)}\nThe lab opens without it, but some texts may show as boxes.`)
  mkdirSync(dirname(fontsAsked), { recursive: true })
  writeFileSync(fontsAsked, '')
}

/**
 * @param {string} what
 * @param {readonly string[]} packages
 * @returns whether they are installed
 */
export function aptInstall(what, packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return timed(what, async () => {
    await run('apt-get', ['update', '-q'], { env }) // continue when one package source cannot be reached
    const { code, output } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })
    if (code !== 0) say(output.trim().split('\n').slice(-10).join('\n'))
    return code === 0
  })
}
