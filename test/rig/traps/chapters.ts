import { execution1 } from './execution-1.ts'
import { execution2 } from './execution-2.ts'
import { execution3 } from './execution-3.ts'
import { execution4 } from './execution-4.ts'
import { execution5 } from './execution-5.ts'
import { execution6 } from './execution-6.ts'
import { execution7 } from './execution-7.ts'
import { execution8 } from './execution-8.ts'
import { execution9 } from './execution-9.ts'
import { execution10 } from './execution-10.ts'
import { files1 } from './files-1.ts'
import { files2 } from './files-2.ts'
import { files3 } from './files-3.ts'
import { files4 } from './files-4.ts'
import { files5 } from './files-5.ts'
import { files6 } from './files-6.ts'
import { files7 } from './files-7.ts'
import { files8 } from './files-8.ts'
import { filesA } from './files-a.ts'
import type { Chapter } from './trap.ts'

/** Every chapter: how files are read and written, then how things are done with them. */
export const chapters: readonly Chapter[] = [
  files1,
  files2,
  files3,
  files4,
  files5,
  files6,
  files7,
  files8,
  filesA,
  execution1,
  execution2,
  execution3,
  execution4,
  execution5,
  execution6,
  execution7,
  execution8,
  execution9,
  execution10,
]
