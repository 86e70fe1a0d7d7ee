import { workerData } from 'node:worker_threads'
import { compute, type ComputeStart } from '../../../core/ops/pool'

// A compute thread as in the app: works on its part until it is stopped.
compute(workerData as ComputeStart)
