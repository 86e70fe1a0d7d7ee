import { say } from './log.mjs'
import { SetupError } from './project.mjs'

/**
 * Runs a script: errors that the user can fix are shown as one sentence, bugs with their stack.
 * @param {() => Promise<number | void>} work
 */
export async function main(work) {
  try {
    process.exitCode = await work() ?? 0
  }
  catch (error) {
    say(error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error))
    process.exitCode = 1
  }
}
