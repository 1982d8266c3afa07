import { lockItem } from '../schema/item-shapes.ts'
import { anyOf, anything, list, listOf, mapOf, record, text, type Shape } from '../schema/shape.ts'

/** What an entry of dvc.lock, or a file of the run cache, has to look like (DVC: `schema.py::LOCK_FILE_STAGE_SCHEMA`). */
export const lockEntryShape: Shape = record(
  {
    cmd: anyOf([text, list], 'text or a list'),
    deps: listOf(lockItem),
    params: mapOf(mapOf(anything)),
    outs: listOf(lockItem),
  },
  ['cmd'],
)
