// What Rust says of its data: enumerations with variant parts, trait objects, 128-bit
// numbers, closures, generic functions.
#![no_std]

pub enum Shape {
    Circle(f64),
    Rectangle { width: u32, height: u64 },
    Nothing,
}

pub trait Area {
    fn area(&self) -> f64;
}

impl Area for Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Circle(radius) => radius * radius * 3.14,
            Shape::Rectangle { width, height } => *width as f64 * *height as f64,
            Shape::Nothing => 0.0,
        }
    }
}

pub static TABLE: [u128; 2] = [1, u128::MAX];

#[inline(never)]
fn total_of<T: Area>(shapes: &[T], add: impl Fn(f64, f64) -> f64) -> f64 {
    let mut sum = TABLE[0] as f64;
    for shape in shapes {
        sum = add(sum, shape.area());
    }
    sum
}

pub fn total(shapes: &[Shape], other: Option<&dyn Area>) -> f64 {
    total_of(shapes, |a, b| a + b) + other.map_or(0.0, |area| area.area())
}
