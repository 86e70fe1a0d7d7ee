import { join } from 'node:path'

/** What the folder depends on. */
export interface Home {
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** The user's home folder */
  readonly home: string
}

/**
 * The program's own folder: the one that Electron gives to the app, for a terminal that runs without Electron.
 * @param name of the program
 * @source Electron's documentation, app.getPath('userData') and 'appData'
 */
export function ownFolder(name: string, { env, platform, home }: Home): string {
  const wanted = env['LAB_USER_DATA']
  if (wanted) return wanted
  if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), name)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name)
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), name)
}
