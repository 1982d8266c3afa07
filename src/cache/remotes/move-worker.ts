// The program of a thread that moves objects, see `moveObjects`.
export { moveObjects } from './move-objects.ts'
