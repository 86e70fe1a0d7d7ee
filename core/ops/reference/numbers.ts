import type { Real, Tensor } from '../../tensor'
import { SparseTensor, sparseRefused } from '../sparse-tensor'

/** A tensor's numbers. @throws LabError internal for sparse rows */
export function numbers(tensor: Tensor): Real {
  if (tensor instanceof SparseTensor) throw sparseRefused(tensor)
  return tensor.data
}
