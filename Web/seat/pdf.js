// PDF pages by pdf.js, which Debian's libjs-pdf brings and the server serves. It is loaded only when a PDF is opened.

const FOLDER = '/vendor/pdfjs';

/** @type {Promise<any> | null} */
let library = null;

function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${FOLDER}/build/pdf.js`;
    script.addEventListener('load', () => {
      const pdfjs = /** @type {any} */ (globalThis).pdfjsLib;
      pdfjs.GlobalWorkerOptions.workerSrc = `${FOLDER}/build/pdf.worker.js`;
      resolve(pdfjs);
    });
    script.addEventListener('error', () => {
      library = null;
      script.remove();
      reject(new Error('pdf.js could not be loaded'));
    });
    document.head.append(script);
  });
  return library;
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<any>} a PDFDocumentProxy; `destroy()` it when done
 */
export async function loadPDF(bytes) {
  const pdfjs = await loadLibrary();
  return await pdfjs.getDocument({
    data: new Uint8Array(bytes),
    // The policy of this page forbids eval, and a handed-in file is not to be trusted with it anyway.
    isEvalSupported: false,
    enableXfa: false,
    cMapUrl: `${FOLDER}/web/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${FOLDER}/web/standard_fonts/`,
  }).promise;
}
