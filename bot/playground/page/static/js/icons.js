/** The paths of the chat's icons, drawn in strokes on 24×24. */

export const SEND = "M4 12 L20 5 L15 20 L11.5 13.5 Z M11.5 13.5 L20 5";
export const ATTACH = "M18 11 L11.5 17.5 A4 4 0 0 1 5.8 11.8 L13 4.7 A2.7 2.7 0 0 1 16.8 8.5 L10 15.3 A1.2 1.2 0 0 1 8.2 13.6 L14 7.8";
export const MENU = "M5 7 H19 M5 12 H19 M5 17 H13";
export const KEYS = "M4 6.5 H20 V17.5 H4 Z M7.5 10 H8 M11.5 10 H12.5 M16 10 H16.5 M8 14 H16";
export const CLOSE = "M6 6 L18 18 M18 6 L6 18";
export const DOWN = "M12 5 V19 M6 13 L12 19 L18 13";
export const FILE = "M7 3.5 H14 L18 7.5 V20.5 H7 Z M14 3.5 V7.5 H18";
export const PLACE = "M12 21 C8 16 6 13 6 10 A6 6 0 0 1 18 10 C18 13 16 16 12 21 Z M12 8.5 A1.6 1.6 0 1 0 12 11.7 A1.6 1.6 0 1 0 12 8.5";
export const REPLY = "M10 6 L4 12 L10 18 M4 12 H14 C18 12 20 14 20 18";
export const EDIT = "M5 19 L6 15 L16 5 L19 8 L9 18 Z";
export const FORWARD = "M14 6 L20 12 L14 18 M20 12 H10 C6 12 4 14 4 18";
export const COPY = "M9 9 H19 V20 H9 Z M6 15 H5 V4 H15 V6";
export const DELETE = "M5 7 H19 M9 7 V4.5 H15 V7 M7 7 L8 20 H16 L17 7";
export const CHECK = "M5 12.5 L10 17.5 L19 7";
export const UNFOLD = "M7 10 L12 15 L17 10";
