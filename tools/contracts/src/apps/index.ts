export { calm, inventory, type Json } from './inventory.js';
export { makePlace, type Place, type PlaceOptions } from './place.js';
export { until } from './until.js';
