import { type CertificateRun, type FromMeasure, type MeasureStart, type SharedDataset, toWire } from '@contract'
import { LabError } from '@core'

/** The members of a worker_threads Worker that are used. */
export interface MeasureThread {
  on: ((event: 'message', listener: (message: FromMeasure) => void) => unknown)
    & ((event: 'error', listener: (error: Error) => void) => unknown)
    & ((event: 'exit', listener: (code: number) => void) => unknown)
  terminate: () => Promise<number>
}

export interface CertifierOptions {
  readonly dataset: Promise<SharedDataset>
  readonly startThread: (start: Omit<MeasureStart, 'compiling'>) => MeasureThread
  readonly onChange: (run: CertificateRun) => void
}

/** Recomputes the long part of the certificate in a separate thread, in parallel with the current run. */
export class Certifier {
  run: CertificateRun = { phase: 'idle', at: null, measured: {}, error: null }
  private thread: MeasureThread | null = null
  private starting = false

  constructor(private readonly options: CertifierOptions) {}

  /** Starts from the beginning; does nothing while it runs. @throws LabError when there is no dataset */
  async start(): Promise<CertificateRun> {
    if (this.thread || this.starting) return this.run
    this.starting = true
    try {
      const dataset = await this.options.dataset
      if (!this.starting) return this.run // stopped in the meantime
      const thread = this.options.startThread({ role: 'measure', dataset })
      this.thread = thread
      const fail = (found: string): void => {
        if (this.thread !== thread) return
        this.thread = null
        this.change({ phase: 'failed', at: null, error: toWire(new LabError('worker.measuringDied', found, { found })) })
      }
      thread.on('message', (message) => { if (this.thread === thread) this.receive(message) })
      thread.on('error', error => fail(error.message))
      thread.on('exit', code => fail(`exit ${code}`))
    }
    finally { this.starting = false }
    return this.change({ phase: 'running', at: null, measured: {}, error: null })
  }

  /** Keeps the results so far. */
  stop(): CertificateRun {
    this.starting = false
    this.end()
    return this.run.phase === 'running' ? this.change({ phase: 'idle', at: null }) : this.run
  }

  private receive(message: FromMeasure): void {
    if (message.type === 'at') {
      const { measured, ...at } = message.at
      this.change({ at, measured })
      return
    }
    this.end()
    this.change({ phase: 'done', at: null, measured: message.measured })
  }

  private end(): void {
    const { thread } = this
    this.thread = null
    void thread?.terminate()
  }

  private change(patch: Partial<CertificateRun>): CertificateRun {
    this.run = { ...this.run, ...patch }
    this.options.onChange(this.run)
    return this.run
  }
}
