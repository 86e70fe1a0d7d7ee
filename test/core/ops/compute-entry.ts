import { workerData } from 'node:worker_threads'
import { compute, type ComputeStart } from '../../../core/ops/pool'

// What a compute thread is in the app, too: started with its part, it works until it is told to stop.
compute(workerData as ComputeStart)
