// The outline over a live picture, as large as the picture itself lets it be: what lies outside the picture is not on the photograph either.

import { h } from '../../elements/dom.js';

/** Width over height: an identity card (ISO/IEC 7810 ID-1), and a sheet of A4. */
const SHAPES = { card: 85.6 / 54, sheet: 210 / 297 };
/** Some air around it, so that all four edges of the paper are seen. */
const SHARE = 0.92;

/**
 * @param {HTMLVideoElement} video shown with `object-fit: contain`
 * @returns {{ node: HTMLElement, show: (shape: 'card' | 'sheet') => void }}
 */
export function outlineOver(video) {
  const node = h('div', { class: 'camera__guide', 'aria-hidden': 'true' });
  /** @type {'card' | 'sheet'} */
  let shape = 'sheet';

  function fit() {
    const { clientWidth, clientHeight, videoWidth, videoHeight } = video;
    node.hidden = !videoWidth || !clientWidth;
    if (node.hidden) return;
    const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
    const width = SHARE * Math.min(videoWidth * scale, videoHeight * scale * SHAPES[shape]);
    node.style.width = `${width}px`;
    node.style.height = `${width / SHAPES[shape]}px`;
  }
  video.addEventListener('resize', fit);
  new ResizeObserver(fit).observe(video);
  return {
    node,
    show(next) {
      shape = next;
      node.dataset.outline = next;
      fit();
    },
  };
}
