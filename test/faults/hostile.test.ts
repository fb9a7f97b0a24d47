import { bodies } from './hostile/bodies.ts';
import { bombs } from './hostile/bombs.ts';
import { escapes } from './hostile/escapes.ts';
import { names } from './hostile/names.ts';
import { places } from './hostile/places.ts';
import { running } from './hostile/running.ts';
import { schemas } from './hostile/schemas.ts';

names();
bodies();
running();
schemas();
places();
bombs();
escapes();
