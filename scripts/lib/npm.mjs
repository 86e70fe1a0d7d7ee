import { accessSync, constants, existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { at } from './project.mjs'
import { mustRun } from './run.mjs'

/**
 * Runs npm: the one that started this process, otherwise the one in the PATH.
 * @param {string} what
 * @param {readonly string[]} args
 * @param {import('./run.mjs').RunOptions} [options]
 */
export function npm(what, args, options = {}) {
  const env = { ...process.env, ...options.env, ...ownCache(), npm_config_update_notifier: 'false' }
  const cli = process.env['npm_execpath']
  if (cli && /npm-cli\.c?js$/.test(cli)) return mustRun(what, process.execPath, [cli, ...args], { ...options, env })
  // On Windows npm is a script that only a shell can start.
  if (process.platform === 'win32') return mustRun(what, 'cmd.exe', ['/d', '/s', '/c', 'npm', ...args], { ...options, env })
  return mustRun(what, 'npm', args, { ...options, env })
}

/** After `su`, HOME may still belong to another user, and npm would fail because it cannot write to that cache. */
function ownCache() {
  let folder = process.env['npm_config_cache'] ?? join(homedir(), '.npm')
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return {}
  }
  catch {
    return { npm_config_cache: at('.cache', 'npm') }
  }
}
