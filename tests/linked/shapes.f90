! What Fortran says of its data: strings with a length of their own, arrays whose bounds
! are expressions, common blocks, types that extend others, complex numbers.
module shapes
  implicit none

  type :: point
    real(8) :: x, y
    character(len=:), allocatable :: name
  end type

  type, extends(point) :: circle
    real(8) :: radius
  contains
    procedure :: area
  end type

  integer, parameter :: answer = 42
  integer :: counter = 0
  integer :: shared_counter
  common /block/ shared_counter

contains

  function area(this) result(value)
    class(circle), intent(in) :: this
    real(8) :: value
    value = this%radius ** 2 * 3.14d0
  end function

  subroutine fill(matrix, rows, last)
    integer, intent(in) :: rows, last
    real(8), intent(inout) :: matrix(rows, 2:last)
    real(8), allocatable :: column(:)
    complex(16) :: z
    integer :: i
    allocate(column(rows))
    z = (1.0_16, 2.0_16)
    do i = 1, rows
      matrix(i, :) = column(i) + real(z, 8)
    end do
    counter = counter + 1
    shared_counter = counter
  end subroutine

end module
