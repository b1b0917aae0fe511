// C++: section groups with code, types in units of their own
// (-fdebug-types-section), references across units, templates, members,
// exceptions.

extern int outside(int);

namespace shapes {

struct Point {
  int x = 0, y = 0;
  int Sum() const { return x + y; }
};

class Shape {
 public:
  virtual ~Shape() {}
  virtual int Area() const = 0;
  static int count;
};

int Shape::count = 1;

template <typename T, int kSides>
class Polygon : public Shape {
 public:
  explicit Polygon(T side) : side_(side) {}
  int Area() const override {
    int area = 0;
    for (int i = 0; i < kSides; ++i) area += outside(static_cast<int>(side_));
    return area;
  }

 private:
  T side_;
  Point corners_[kSides];
};

}  // namespace shapes

template <typename T>
inline T Largest(const T* values, int count) {
  T largest = values[0];
  for (int i = 1; i < count; ++i)
    if (largest < values[i]) largest = values[i];
  return largest;
}

inline thread_local int depth = 2;
inline int inline_variable = 4;

int Measure(int how) {
  using shapes::Polygon;
  Polygon<int, 3> triangle(how);
  Polygon<double, 4> square(how * 1.5);
  const int values[] = {how, 2, 3};
  const double reals[] = {1.0, how * 2.0};
  const auto add = [&](int more) { return how + more + depth; };
  try {
    if (outside(how)) throw how;
  } catch (int thrown) {
    return thrown + inline_variable;
  }
  const shapes::Shape* both[] = {&triangle, &square};
  int area = 0;
  for (const shapes::Shape* shape : both) area += shape->Area();
  return area + add(Largest(values, 3)) + static_cast<int>(Largest(reals, 2)) +
         shapes::Point().Sum() + shapes::Shape::count;
}
