// How far a hall is. Reckoned here: nobody's whereabouts leave the telephone.

/** @typedef {{ latitude: number, longitude: number }} Position */

const EARTH_M = 6_371_000;
const ASK_MS = 15_000;

/** Along the earth's surface, in metres (haversine). @param {Position} from @param {Position} to */
export function distance(from, to) {
  const radians = (/** @type {number} */ degrees) => degrees * Math.PI / 180;
  const north = Math.sin(radians(to.latitude - from.latitude) / 2);
  const east = Math.sin(radians(to.longitude - from.longitude) / 2);
  const share = north * north + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * east * east;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** As exact as people think: 300 m, 4 km. @param {number} metres @returns {{ n: number, unit: 'm' | 'km' }} */
export function rounded(metres) {
  if (metres < 950) return { n: Math.max(100, Math.round(metres / 100) * 100), unit: 'm' };
  return { n: metres < 9_500 ? Math.round(metres / 100) / 10 : Math.round(metres / 1000), unit: 'km' };
}

/** Asks the telephone, which asks its owner. @returns {Promise<Position>} */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error('unknown'));
    navigator.geolocation.getCurrentPosition(({ coords }) => resolve(coords), reject, { timeout: ASK_MS, maximumAge: 600_000 });
  });
}
