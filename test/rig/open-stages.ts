import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openProject, type Rig } from './open-rig.ts'

/** A project of these stages alone, with a restage.yaml if `settings` are given. */
export function openStages(stages: Readonly<Record<string, object>>, settings?: string): Promise<Rig> {
  return openProject(async (root) => {
    await mkdir(join(root, '.dvc'))
    await writeFile(join(root, '.dvc/config'), '')
    await writeFile(join(root, 'dvc.yaml'), JSON.stringify({ stages }))
    if (settings !== undefined) await writeFile(join(root, 'restage.yaml'), settings)
  })
}
