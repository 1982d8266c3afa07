/** A file name as a gitignore pattern that means only itself (pathspec 1.1, which DVC asks; a blank stays bare). */
export function escapeIgnoreName(name: string): string {
  return name.replace(/[\\[\]!*#?]/g, '\\$&')
}
