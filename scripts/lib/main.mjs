import { say } from './log.mjs'
import { SetupError } from './project.mjs'

/**
 * A script's frame: what a person can put right is shown as a sentence, a fault of ours with its stack.
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
